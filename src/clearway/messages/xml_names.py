"""Names of the WCO Data Model in XML."""

META = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
DECLARATION = "urn:wco:datamodel:WCO:DEC-DMS:2"
DECLARATION_VALUES = "urn:wco:datamodel:WCO:Declaration_DS:DMS:2"
DATE_STRING = "DateTimeString"
_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
LOCATIONS = frozenset({_INSTANCE + "schemaLocation", _INSTANCE + "noNamespaceSchemaLocation"})
"""Attributes that say where a schema is; any element may have them."""
