"""What a phone keeps of a scanned code while its owner signs in: which session, and when.

The code on the screen is good for less than a minute. Who scans it first has to sign in to the site
takes longer, so the browser keeps a signed note, which can't be passed on by an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Scan:
    """A code that was right at `at`."""

    session_id: int
    at: datetime


def issue_scan(secret: str, scan: Scan) -> str:
    """The note as text for a cookie."""
    return str(_signer(secret).dumps([scan.session_id, scan.at.timestamp()]))


def read_scan(secret: str, text: str, now: datetime) -> Scan | None:
    """The inverse; None if it is forged, damaged or older than ten minutes."""
    try:
        session_id, at = _signer(secret).loads(text)
        scan = Scan(int(session_id), datetime.fromtimestamp(float(at), UTC))
    except (BadSignature, TypeError, ValueError):
        return None
    return scan if scan.at <= now < scan.at + LASTS else None


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="quizengine.training")
