"""An endpoint that is down is left alone, and tried with one request now and then."""

from __future__ import annotations

from extractor.batch.stops import EndpointDown

FAILURES = 8
"""Requests in a row that fail before the endpoint counts as down."""

FIRST_WAIT, LONGEST_WAIT = 2.0, 60.0
"""Seconds until a request tries the endpoint again; they double with each failure."""


class Circuit:
    """Lets requests through while the endpoint is up.

    Args:
        patience: Seconds that it may be down before the run is given up.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._failures = 0
        self._down_since = 0.0
        self._wait = FIRST_WAIT
        self._try_at: float | None = None
        self._trying = False

    def wait(self, now: float) -> float:
        """Seconds until a request may go; infinite while another one tries.

        Raises:
            EndpointDown: It has been down for too long.
        """
        if self._try_at is None:
            return 0.0
        if now - self._down_since > self._patience:
            raise EndpointDown(f"the endpoint has been down for {self._patience:.0f} s")
        return float("inf") if self._trying else max(0.0, self._try_at - now)

    def enter(self) -> bool:
        """A request goes; whether it is the one that tries."""
        self._trying = self._try_at is not None
        return self._trying

    def worked(self) -> None:
        """The endpoint answered, whatever it said."""
        self._failures = 0
        self._try_at, self._trying, self._wait = None, False, FIRST_WAIT

    def failed(self, now: float, tried: bool) -> None:
        """It did not."""
        self._failures += 1
        if self._failures == 1:
            self._down_since = now
        if tried:
            self._trying = False
            self._wait = min(2 * self._wait, LONGEST_WAIT)
            self._try_at = now + self._wait
        elif self._try_at is None and self._failures >= FAILURES:
            self._try_at = now + self._wait

    def gave_up(self, tried: bool) -> None:
        """The request was given up, and says nothing of the endpoint."""
        if tried:
            self._trying = False
