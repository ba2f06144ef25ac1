"""No test reaches anything but this machine, and none sees the keys of whoever runs it."""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import cast

_PRIVATE = ("_API_KEY", "_API_BASE", "_BASE_URL", "_PROXY", "_proxy")

for _name in list(os.environ):
    if _name.endswith(_PRIVATE) or _name == "MATCHREPORT_MODEL":
        del os.environ[_name]


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host in {"", "localhost"}


def _refuse_other_machines(event: str, args: tuple[object, ...]) -> None:
    """An audit hook (it patches nothing): connections and look-ups of names stay on loopback.

    Raises:
        RuntimeError: And not an OSError, which a client would take for a fault worth another try.
    """
    if event not in {"socket.connect", "socket.getaddrinfo"}:
        return
    # (socket, (host, port)), where a path stands for a local socket; or (host, port, ...)
    address = cast("tuple[object, ...]", args[1]) if isinstance(args[1], tuple) else args
    host = address[0]
    if isinstance(host, str) and not _is_here(host):
        raise RuntimeError(f"a test tried to reach {host}")


sys.addaudithook(_refuse_other_machines)
