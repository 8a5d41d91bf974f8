"""How the machine is: /healthz for whoever watches over it, /metrics for Prometheus on this machine."""

from math import nan
from typing import Any

import gevent
import msgspec
from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from appliance.core.refusals import Fault
from appliance.server.access import PUBLIC, allow
from appliance.server.parts import Parts

PROBE_SECONDS = 2.0
_LOOPBACK = frozenset({"127.0.0.1", "::1"})


def add(app: Flask, parts: Parts) -> None:
    """Add the two routes."""
    metrics = _metrics(parts)

    @app.get("/healthz")
    @allow(PUBLIC)
    def healthz() -> Response:
        fault = parts.chamber.fault
        body = {
            "ok": fault is None,
            "fault": fault.code if fault else None,
            "time_doubtful": parts.screens.around.time_doubtful,
            "ledger": parts.chamber.head.ledger,
            "seq": parts.chamber.head.seq,
            "clients": len(parts.screens.clients),
            "panels": parts.screens.around.panels,
            "sitting": parts.chamber.durable.sitting is not None,
        }
        return Response(msgspec.json.encode(body), status=503 if fault else 200, mimetype="application/json")

    @app.get("/metrics")
    @allow(PUBLIC)
    def metrics_page() -> Response:
        # The web server in front always names the client it speaks for; whoever scrapes here directly is local.
        if request.remote_addr not in _LOOPBACK or "X-Forwarded-For" in request.headers:
            return Response(status=404)
        return Response(generate_latest(metrics), mimetype="text/plain")


def _metrics(parts: Parts) -> CollectorRegistry:
    registry = CollectorRegistry()
    values: dict[str, tuple[str, Any]] = {
        "appliance_clients": ("Connected clients", lambda: len(parts.screens.clients)),
        "appliance_ledger_entries": ("Entries in the current ledger", lambda: parts.chamber.head.seq),
        "appliance_storage_fault": ("1 while the disk refuses", lambda: parts.chamber.fault is not None),
        "appliance_time_doubtful": ("1 while the clock is doubtful", lambda: parts.screens.around.time_doubtful),
        "appliance_clock_unset": ("1 while nothing speaks for the clock", lambda: int(parts.chamber.clock_unset())),
        "appliance_sitting_open": ("1 while a sitting is open", lambda: parts.chamber.durable.sitting is not None),
        "appliance_poll_open": ("1 while a poll is open", lambda: parts.chamber.durable.running_poll is not None),
        "appliance_panels_lost": (
            "1 while their process is away",
            lambda: parts.screens.around.panels == "offline",
        ),
        "appliance_recorder_lost": ("1 while the recorder does not answer", lambda: _recorder_lost(parts)),
        "appliance_alerts": ("What the presiding table is told of now", lambda: len(parts.screens.around.alerts)),
        "appliance_temperature_celsius": ("The warmest sensor", lambda: _or_nan(parts.lookout().temperature)),
        "appliance_undervoltage": ("1 while the supply is too low", lambda: _or_nan(_low(parts))),
        "appliance_free_bytes": ("Room where the ledger is", lambda: _or_nan(parts.lookout().free_bytes)),
        "appliance_rtc_offset_seconds": ("Against the battery-backed clock", lambda: _or_nan(_offset(parts))),
        "appliance_backup_age_seconds": ("Since a backup ended well", lambda: _or_nan(parts.lookout().backup_seconds)),
        "appliance_certificate_seconds": ("Until it ends", lambda: _or_nan(parts.lookout().certificate_seconds)),
    }
    for name, (text, value) in values.items():
        Gauge(name, text, registry=registry).set_function(value)
    return registry


def _or_nan(value: float | None) -> float:
    """Prometheus's own word for what is not known."""
    return nan if value is None else value


def _low(parts: Parts) -> float | None:
    power = parts.lookout().power
    return None if power is None else float(power.low_now)


def _offset(parts: Parts) -> float | None:
    return parts.lookout().clock.rtc_offset


def _recorder_lost(parts: Parts) -> bool:
    return parts.recorder is not None and not parts.recorder.online


def watch(parts: Parts) -> None:
    """A task: while the disk refuses, ask it every two seconds whether it takes writes again."""

    while True:
        gevent.sleep(PROBE_SECONDS)
        if parts.chamber.fault is not None:
            parts.chamber.probed(parts.hub.offload(lambda: _probe(parts)))


def _probe(parts: Parts) -> Fault | None:
    try:
        parts.store.probe()
    except Fault as fault:
        return fault
    return None
