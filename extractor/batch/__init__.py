"""Whole archives: every article one line of `reports.jsonl`, however often the run is interrupted."""
