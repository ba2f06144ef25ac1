"""The embedded model's own process: llama.cpp's server on loopback, gone when its parent is.

Run as a script, it imports nothing of this package. The first line on its standard input is its
settings as JSON; its one line on standard output says where it listens. It ends when its standard
input does, or when its parent is another process than at the start, so that it outlives no parent,
even a killed one.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import time
from typing import Any, Protocol

_LONGEST_LOG = 1 << 20


def main() -> None:
    """Serve until the parent is gone."""
    parent = os.getppid()
    settings = json.loads(sys.stdin.buffer.readline())
    answer = os.dup(1)
    # llama.cpp writes to both; neither may reach the user's terminal or mix with the answer.
    log = os.open(settings["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    if os.fstat(log).st_size > _LONGEST_LOG:
        os.ftruncate(log, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()
    try:
        # The server runs in threads of its own for as long as this object lives.
        server = _start(settings)
        reply: dict[str, str] = {"url": server.listening_address}
    except Exception as error:  # noqa: BLE001  llama.cpp raises what it likes; the parent is told
        reply = {"error": f"{type(error).__name__}: {error}"}
    os.write(answer, json.dumps(reply).encode() + b"\n")
    os.close(answer)
    if "url" in reply:
        while sys.stdin.buffer.read(1):
            pass
    # Not sys.exit: a request under way would keep llama.cpp's threads, and with them the process,
    # alive.
    os._exit(0)


class _Server(Protocol):
    """What is used of `xllamacpp.Server`."""

    listening_address: str


def _start(settings: dict[str, Any]) -> _Server:
    # A compiled module without type information.
    xllamacpp: Any = importlib.import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = settings["model"]
    params.n_ctx = settings["context"]
    params.n_parallel = 1
    params.cpuparams.n_threads = settings["threads"]
    params.cpuparams_batch.n_threads = settings["threads"]
    params.api_keys = [settings["key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.ui = False
    params.endpoint_slots = False
    params.cache_ram_mib = settings["prompt_cache_mib"]
    # Errors only: the levels above log prompts.
    params.verbosity = 1
    params.fit_params = False
    return xllamacpp.Server(params)


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


if __name__ == "__main__":
    main()
