"""The pages of carriers, forwarders and terminals: conveyances, transport documents, manifests."""
