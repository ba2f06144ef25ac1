"""Ctrl-C, and a scheduler's wish to stop: once to finish what is under way, twice to stop at once."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(first: Callable[[], object], second: Callable[[], object]) -> Generator[None]:
    """Call `first` at the first interrupt and `second` at every later one, in the running event loop.

    Only the main thread hears of interrupts; elsewhere this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    heard = False

    def hear(_signal: int, _frame: FrameType | None) -> None:
        nonlocal heard
        loop.call_soon_threadsafe(second if heard else first)
        heard = True

    earlier = {one: signal.signal(one, hear) for one in _SIGNALS}
    try:
        yield
    finally:
        for one, handler in earlier.items():
            signal.signal(one, handler)
