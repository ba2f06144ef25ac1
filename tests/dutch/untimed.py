"""Property tests by what they find, not by how long it takes: the machine may be busy."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
