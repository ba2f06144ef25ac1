"""Measurements that take too long for the tests: one module a question, `python -m evals.bench.<name>`."""
