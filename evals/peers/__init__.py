"""Other systems on the same articles with the same local model; needs the extra `peers`."""
