"""Response headers: a strict content policy with a nonce, and who may keep a copy."""

from __future__ import annotations

import secrets
from typing import cast

from flask import Response, g, request

from quizengine.web.live_address import live_origins

# Static files carry a hash of their content in the query, so they may be kept for a year.
_IMMUTABLE = "public, max-age=31536000, immutable"

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def csp_nonce() -> str:
    """The nonce that inline scripts and styles of this response carry."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return cast(str, g.csp_nonce)


def content_policy(nonce: str) -> str:
    """Content-Security-Policy (CSP Level 3): own files only, nothing inline without the nonce.

    Scripts may talk to this site, and to the port of its live contests.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            f"connect-src 'self' {live_origins()}",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "object-src 'none'",
        )
    )


def add_headers(response: Response) -> Response:
    """After each request."""
    own = {name.lower() for name, _value in response.headers}
    response.headers.extend(
        [(name, value) for name, value in FIXED.items() if name.lower() not in own]
    )
    if "content-security-policy" not in own:
        response.headers["Content-Security-Policy"] = content_policy(csp_nonce())
    if is_static() and response.status_code < 400:
        if "v" in request.args:
            response.headers["Cache-Control"] = _IMMUTABLE
    elif "Cache-Control" not in response.headers:
        # All other answers depend on who asks: no copy in the browser or on the way.
        response.headers["Cache-Control"] = "no-store"
    return response


def is_static() -> bool:
    """Whether the request is for a static file."""
    endpoint = request.endpoint or ""
    return endpoint == "static" or endpoint.endswith(".static")
