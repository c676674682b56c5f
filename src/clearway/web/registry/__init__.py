"""The register: organisations and their people, mandates, authorisations."""
