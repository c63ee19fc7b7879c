"""Settings: `instance/config.py`, then environment variables `QUIZENGINE_*`, then defaults."""

from __future__ import annotations

import os
import runpy
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

PREFIX = "QUIZENGINE_"
CONFIG_FILE = "config.py"
SECRET_FILE = "secret_key"
LANGUAGES = ("zh_CN", "en")
_SWITCH = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(
    ("0", "false", "no", "off", ""), False
)


@dataclass(frozen=True)
class Settings:
    """All settings of a site; the name in `config.py` and the environment is in capitals."""

    instance: Path = field(
        default=Path("instance"), metadata={"doc": "Folder of the site's own data."}
    )
    bank: Path = field(
        default=Path("question_bank"), metadata={"doc": "Folder of the question bank."}
    )
    themes: Path = field(default=Path("themes"), metadata={"doc": "Folder of the themes."})
    theme: str = field(
        default="default", metadata={"doc": "Name of the theme: a folder under themes."}
    )
    database_url: str = field(
        default="", metadata={"doc": "SQLAlchemy URL; SQLite in the instance folder if empty."}
    )
    redis_url: str = field(
        default="",
        metadata={"doc": "Carries live contests between several live processes; one needs none."},
    )
    secret_key: str = field(
        default="",
        metadata={"doc": "Signs cookies; made and kept in the instance folder if empty."},
    )
    port: int = field(default=8000, metadata={"doc": "Port of the server."})
    live_port: int = field(
        default=0, metadata={"doc": "Port of live contests; the one after the server's if 0."}
    )
    live_url: str = field(
        default="",
        metadata={
            "doc": "WebSocket address of live contests as browsers see it, such as "
            "wss://host/live, behind a proxy; the live port of the page's own host if empty."
        },
    )
    site_name: str = field(
        default="", metadata={"doc": "Name of the site in the page head; the product's if empty."}
    )
    site_url: str = field(
        default="",
        metadata={
            "doc": "Address of the site as others reach it, such as https://host, for the codes on "
            "certificates; the one by which the page was asked if empty."
        },
    )
    language: str = field(
        default="zh_CN", metadata={"doc": "Language of those who chose none: zh_CN or en."}
    )
    time_zone: str = field(
        default="Asia/Shanghai", metadata={"doc": "Zone in which times are shown."}
    )
    grace_s: int = field(
        default=30, metadata={"doc": "Seconds after closing in which a late answer still counts."}
    )
    session_s: int = field(
        default=8 * 3600, metadata={"doc": "Seconds until a sign-in ends without use."}
    )
    token_s: int = field(default=12 * 3600, metadata={"doc": "Seconds until an API token expires."})
    code_days: int = field(
        default=30, metadata={"doc": "Days until a one-time sign-in code expires."}
    )
    lock_after: int = field(
        default=5, metadata={"doc": "Failed sign-ins in a row that lock an account."}
    )
    lock_s: int = field(default=15 * 60, metadata={"doc": "Seconds for which it is locked."})
    retention_years: int = field(
        default=3,
        metadata={
            "doc": "Years that a person's last record is kept before the personal data may be "
            "erased by the retention rule."
        },
    )
    checkpoint_folder: str = field(
        default="",
        metadata={"doc": "Folder into which each day's signed checkpoint goes; none if empty."},
    )
    checkpoint_mail: str = field(
        default="",
        metadata={
            "doc": "Mail addresses, with commas between, that get each day's signed checkpoint."
        },
    )
    smtp_host: str = field(
        default="", metadata={"doc": "Mail server; no mail goes out if it is empty."}
    )
    smtp_port: int = field(default=25, metadata={"doc": "Port of the mail server."})
    smtp_security: str = field(
        default="none", metadata={"doc": "How mail is encrypted on its way: none, starttls or tls."}
    )
    smtp_user: str = field(
        default="", metadata={"doc": "Name to sign in to the mail server with; none if empty."}
    )
    smtp_password: str = field(default="", metadata={"doc": "Password for it."})
    smtp_from: str = field(
        default="quizengine@localhost", metadata={"doc": "Sender of the site's mail."}
    )
    secure_cookies: bool = field(
        default=False, metadata={"doc": "Send cookies over HTTPS only; set behind TLS."}
    )
    trusted_proxies: int = field(
        default=0, metadata={"doc": "Reverse proxies in front that set X-Forwarded-*."}
    )

    @property
    def url(self) -> str:
        """The database URL in use."""
        return self.database_url or f"sqlite:///{(self.instance / 'quizengine.db').resolve()}"

    @property
    def live_port_used(self) -> int:
        """The port of live contests in use."""
        return self.live_port or self.port + 1

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.time_zone)


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process; makes the instance folder and the secret key if missing.

    Raises ValueError with the setting's name when a value can't be read.
    """
    instance = Path(environ.get(PREFIX + "INSTANCE", "instance"))
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"setting INSTANCE: {instance} can't be made: {error.strerror}") from error
    given = _configured(instance / CONFIG_FILE)
    values: dict[str, Any] = {"instance": instance}
    for setting in fields(Settings):
        name = setting.name.upper()
        if setting.name == "instance":
            continue
        if environ.get(PREFIX + name):
            values[setting.name] = _read(name, environ[PREFIX + name], setting.default)
        elif name in given:
            values[setting.name] = _read(name, given[name], setting.default)
    values.setdefault("secret_key", "")
    values["secret_key"] = values["secret_key"] or _kept_secret(instance / SECRET_FILE)
    return Settings(**values)


def _configured(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return runpy.run_path(str(path))
    except Exception as error:  # it is Python: anything may happen in it
        raise ValueError(f"{path} can't be run: {type(error).__name__}: {error}") from error


def _read(name: str, value: Any, default: Any) -> Any:
    try:
        if isinstance(default, bool):
            return _SWITCH[str(value).strip().lower()]
        read = type(default)(value)
        _check(name, read)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"setting {name}: {value!r} can't be read ({error})") from error
    return read


def _check(name: str, value: Any) -> None:
    if isinstance(value, int) and value < 0:
        raise ValueError("it is less than 0")
    if name in ("PORT", "LIVE_PORT", "SMTP_PORT") and value > 65535:
        raise ValueError("ports end at 65535")
    if name == "LIVE_URL" and value and not value.startswith(("ws://", "wss://")):
        raise ValueError("it begins with ws:// or wss://")
    if name == "SITE_URL" and value and not value.startswith(("http://", "https://")):
        raise ValueError("it begins with http:// or https://")
    if name == "SMTP_SECURITY" and value not in ("none", "starttls", "tls"):
        raise ValueError("it is none of none, starttls, tls")
    if name == "LANGUAGE" and value not in LANGUAGES:
        raise ValueError(f"it is none of {', '.join(LANGUAGES)}")
    if name == "TIME_ZONE":
        ZoneInfo(value)


def _kept_secret(path: Path) -> str:
    """The secret in `path`, made at the first call; two processes at once agree on one."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
