"""Why a run ends before its inputs do, besides the errors that any command may meet."""

from __future__ import annotations

from extractor.errors import MatchReportError


class RunStopped(MatchReportError):
    """The run ends here; what is done is saved, and the same command goes on from here."""

    stops_run = True


class CostReached(RunStopped):
    """The next request could cost more than is left of `--max-cost`."""


class FailuresReached(RunStopped):
    """More articles failed than `--max-failures`."""


class EndpointDown(RunStopped):
    """The endpoint has been down for too long."""


class Interrupted(RunStopped):
    """The user ended it."""
