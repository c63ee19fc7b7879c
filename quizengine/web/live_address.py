"""Where the pages of a live contest open their WebSocket."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import request

from quizengine.web.clock import site_settings

# What may stand in a header of ours: a host name, an IPv4 or a bracketed IPv6 address.
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


def live_address() -> str:
    """The address as this visitor's browser reaches it: `ws://…` or `wss://…`.

    The setting LIVE_URL, or the live port of the host that the page was asked from.
    """
    settings = site_settings()
    if settings.live_url:
        return settings.live_url
    scheme = "wss" if request.is_secure else "ws"
    return f"{scheme}://{_host()}:{settings.live_port_used}"


def live_origins() -> str:
    """Sources of the content policy that let a page connect there, by WebSocket and by request."""
    parts = urlsplit(live_address())
    http = "https" if parts.scheme == "wss" else "http"
    return f"{parts.scheme}://{parts.netloc} {http}://{parts.netloc}"


def _host() -> str:
    host = request.host
    bare = host[: host.rfind("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return bare if _HOST.fullmatch(bare) else "127.0.0.1"
