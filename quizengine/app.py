"""The application: the one place where everything is put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from quizengine.settings import Settings, load_settings
from quizengine.storage.engine import configure_engine
from quizengine.web import (
    activities,
    admin,
    api,
    appraisal,
    auth,
    ballots,
    bankroom,
    certificates,
    duties,
    grader,
    hall,
    health,
    incidents,
    inspections,
    ledger,
    letters,
    mass,
    member,
    office,
    organizer,
    outbound,
    plans,
    posts,
    selfchecks,
    sharing,
    stage,
    surveys,
    training,
)
from quizengine.web.assets import add_version, icon
from quizengine.web.clock import CLOCK, SETTINGS, system_clock
from quizengine.web.cookies import SignedCookie
from quizengine.web.errors import Site, register_errors
from quizengine.web.extensions import babel, bootstrap, csrf, db, login_manager
from quizengine.web.headers import add_headers, csp_nonce
from quizengine.web.i18n import (
    LANGUAGES,
    Catalogs,
    choose_locale,
    language,
    language_tag,
    localdate,
    localtime,
    points,
    points_text,
    role_name,
    translated,
    zone_name,
)
from quizengine.web.identity import check_csrf, guard, has_role, here, load_bearer, load_user
from quizengine.web.mass import organizer as mass_organizer
from quizengine.web.navigation import navigation
from quizengine.web.numbers import IdConverter
from quizengine.web.short_way import ShortWay
from quizengine.web.themes import load_theme, use_theme

BLUEPRINTS = (
    health.bp,
    auth.bp,
    member.bp,
    organizer.bp,
    grader.bp,
    stage.bp,
    hall.bp,
    mass.bp,
    mass_organizer.bp,
    posts.bp,
    letters.bp,
    outbound.bp,
    incidents.bp,
    inspections.bp,
    selfchecks.bp,
    training.bp,
    training.own_bp,
    activities.bp,
    activities.own_bp,
    surveys.bp,
    surveys.own_bp,
    ballots.bp,
    ballots.own_bp,
    plans.bp,
    duties.bp,
    ledger.bp,
    certificates.bp,
    sharing.bp,
    office.bp,
    appraisal.bp,
    appraisal.own_bp,
    bankroom.bp,
    admin.bp,
    api.bp,
)

# Fewer than threads: these wait for the disk without one, and no request has two.
POOL = 32
MAX_UPLOAD = 16 * 1024 * 1024
_TRANSLATIONS = Path(__file__).parent / "translations"


def create_app(
    settings: Settings | None = None, clock: Callable[[], datetime] | None = None
) -> Flask:
    """The application for `settings`, by default those of this process.

    `clock` gives the present time, aware, in UTC. The database is neither made nor migrated here.
    Raises ValueError with the setting's name when a setting can't be used.
    """
    settings = settings or load_settings()
    if not settings.secret_key:
        raise ValueError("setting SECRET_KEY: it is empty")
    app = Site("quizengine.web")
    app.url_map.converters["int"] = IdConverter
    app.config.update(_config(settings))
    app.session_interface = SignedCookie(app)
    app.extensions[SETTINGS] = settings
    app.extensions[CLOCK] = clock or system_clock
    use_theme(app, load_theme(settings.themes, settings.theme))
    _bind_extensions(app)
    _wire_templates(app)
    app.url_defaults(add_version)
    app.before_request(guard)
    app.before_request(check_csrf)
    app.after_request(add_headers)
    register_errors(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _wrap(app, settings)
    return app


def _wrap(app: Flask, settings: Settings) -> None:
    """What stands before Flask, from the inside out."""
    with app.app_context():
        app.wsgi_app = ShortWay(app, app.wsgi_app, db.engine)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count
        )


def _config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": POOL,
            "max_overflow": 0,
            # The one used last has the file's pages at hand, and the statements.
            "pool_use_lifo": True,
        },
        "SESSION_COOKIE_NAME": "quizengine",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        # The cookie is renewed with each request: the sign-in ends after this long without use.
        "PERMANENT_SESSION_LIFETIME": timedelta(seconds=settings.session_s),
        "MAX_CONTENT_LENGTH": MAX_UPLOAD,
        # A large form is only as large as the request may be.
        "MAX_FORM_MEMORY_SIZE": MAX_UPLOAD,
        # Checked after the sign-in, by `check_csrf`.
        "WTF_CSRF_CHECK_DEFAULT": False,
        # A form stays good as long as the sign-in: a sitting may last for hours.
        "WTF_CSRF_TIME_LIMIT": None,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "BABEL_DEFAULT_LOCALE": settings.language,
        "BABEL_DEFAULT_TIMEZONE": settings.time_zone,
    }


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine)
    login_manager.init_app(app)
    login_manager.user_loader(load_user)
    login_manager.request_loader(load_bearer)
    # A phone changes its address; the signed cookie and its version say who it is.
    login_manager.session_protection = None
    csrf.init_app(app)
    babel.init_app(app, locale_selector=choose_locale)
    babel.domain_instance = Catalogs(str(_TRANSLATIONS))
    bootstrap.init_app(app)


def _wire_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        localtime=localtime,
        localdate=localdate,
        points=points,
        points_text=points_text,
        translated=translated,
    )
    settings: Settings = app.extensions[SETTINGS]
    app.jinja_env.globals.update(
        csp_nonce=csp_nonce,
        has_role=has_role,
        here=here,
        icon=icon,
        language=language,
        language_tag=language_tag,
        languages=LANGUAGES,
        navigation=navigation,
        role_name=role_name,
        site_name=settings.site_name,
        zone_name=zone_name,
    )
