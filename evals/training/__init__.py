"""Training of the Dutch reader: its learned parts, from the labelled articles and the phrase corpus."""
