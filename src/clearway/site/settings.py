"""Django's settings, from the environment (``site.environment``) and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from django.utils.functional import SimpleLazyObject

from clearway.site.environment import read_environment
from clearway.site.secret import secret_key
from clearway.vocabulary.clock import Clock, SimulatedClock, SystemClock

ENVIRONMENT = read_environment()
DATA = ENVIRONMENT["CLEARWAY_DATA"]
DEMO = ENVIRONMENT["CLEARWAY_DEMO"]

SECRET_KEY = SimpleLazyObject(lambda: secret_key(DATA))
"""Read when first used, so that looking at the settings makes no file."""
DEBUG = False
ALLOWED_HOSTS = ENVIRONMENT["CLEARWAY_HOSTS"]
CLOCK: Clock = SimulatedClock(datetime(2026, 3, 2, tzinfo=UTC)) if DEMO else SystemClock()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "clearway.audit",
    "clearway.events",
    "clearway.accounts",
    "clearway.traders",
    "clearway.reference",
    "clearway.cargo",
    "clearway.declarations",
    "clearway.assessment",
    "clearway.intake",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "clearway.site.urls"
ASGI_APPLICATION = "clearway.site.asgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"


def database_at(where: str) -> dict[str, object]:
    """Return Django's description of a database that ``CLEARWAY_DATABASE`` names."""
    if where == "sqlite":
        return {
            "ENGINE": "clearway.site.sqlite",
            "NAME": DATA / "clearway.sqlite3",
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30},
        }
    parts = urlsplit(where)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database_at(ENVIRONMENT["CLEARWAY_DATABASE"])}
