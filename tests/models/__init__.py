"""The model side, from prompt files to the embedded model."""
