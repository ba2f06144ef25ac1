"""Ten lines of Python: a match report in, its goals out, each with the place in the article that says so."""

from pathlib import Path

from extractor import extract, read_article

extraction = extract(read_article(Path(__file__).with_name("article.txt")))
report = extraction.report
print(report.home.name, report.score, report.away.name)
for goal in report.goals:
    print(goal.score_after, goal.scorer, "at", goal.time.text if goal.time else "an unknown minute", [span.text for span in goal.evidence])
