"""Language models: one protocol, the endpoints and embedded models behind it, and their cache."""
