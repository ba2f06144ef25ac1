"""Evaluations: labelled articles, a scorer that counts facts, runs that are compared, and the training of the Dutch reader."""
