"""Assemble: grounded claims become one consistent report."""
