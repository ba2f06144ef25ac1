"""matchreport: Dutch football match reports in, grounded `MatchReport` objects out.

Read one article and look at its result:

    from extractor import extract
    extraction = extract(open("article.txt").read())
    print(extraction.report.score)
"""

from extractor.article import Article
from extractor.conductor import Extractor, extract
from extractor.errors import (
    AccessDenied,
    ConfigurationError,
    InputError,
    MatchReportError,
    ModelError,
    NotAMatchReport,
)
from extractor.extraction import Extraction
from extractor.models.names import ModelSettings
from extractor.reading_in import read_article
from extractor.report import MatchReport, Span

__all__ = [
    "AccessDenied",
    "Article",
    "ConfigurationError",
    "Extraction",
    "Extractor",
    "InputError",
    "MatchReport",
    "MatchReportError",
    "ModelError",
    "ModelSettings",
    "NotAMatchReport",
    "Span",
    "extract",
    "read_article",
]
