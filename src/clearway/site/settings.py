"""Django's settings, from the environment (``site.environment``) and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.functional import SimpleLazyObject

from clearway.site.environment import read_environment
from clearway.site.logs import logging_of
from clearway.site.secret import secret_key
from clearway.vocabulary.clock import Clock, SimulatedClock, SystemClock

ENVIRONMENT = read_environment()
DATA = ENVIRONMENT["CLEARWAY_DATA"]
DEMO = ENVIRONMENT["CLEARWAY_DEMO"]
HTTPS = ENVIRONMENT["CLEARWAY_HTTPS"]

SECRET_KEY = SimpleLazyObject(lambda: secret_key(DATA))
"""Read when first used, so that looking at the settings makes no file."""
DEBUG = False
ALLOWED_HOSTS = ENVIRONMENT["CLEARWAY_HOSTS"]
PUBLIC_ADDRESS = ENVIRONMENT["CLEARWAY_ADDRESS"] or (
    f"https://{ALLOWED_HOSTS[0]}"
    if HTTPS and ALLOWED_HOSTS
    else f"http://{(ALLOWED_HOSTS or ['localhost'])[0]}:{ENVIRONMENT['CLEARWAY_PORT']}"
)
"""Where the pages are found from outside: printed codes lead there."""
CLOCK: Clock = SimulatedClock(datetime(2026, 3, 2, tzinfo=UTC)) if DEMO else SystemClock()

INSTALLED_APPS = [
    "clearway.site",
    "clearway.web",
    "clearway.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's list of security keys speaks of "an hour ago"
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_tasks_db",
    "ninja",
    "clearway.audit",
    "clearway.events",
    "clearway.accounts",
    "clearway.documents",
    "clearway.traders",
    "clearway.quotas",
    "clearway.reference",
    "clearway.cargo",
    "clearway.declarations",
    "clearway.assessment",
    "clearway.risk",
    "clearway.permits",
    "clearway.inspection",
    "clearway.intelligence",
    "clearway.payments",
    "clearway.clearance",
    "clearway.gate",
    "clearway.intake",
    "clearway.post_clearance",
    "clearway.supervision",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "clearway.api.middleware.RequestMiddleware",
    "clearway.site.middleware.StrangersRate",
    "csp.middleware.CSPMiddleware",
    "clearway.site.middleware.NamedRoute",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "clearway.web.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clearway.site.middleware.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "clearway.site.urls"
ASGI_APPLICATION = "clearway.site.asgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("fr", "Français"),
    ("zh-hans", "中文"),
    ("vi", "Tiếng Việt"),
    ("ar", "العربية"),
]
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "clearway.site.static_files.Storage"},
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clearway.web.shell.page",
            ],
            "builtins": ["clearway.web.templatetags.clearway"],
        },
    }
]
MESSAGE_TAGS = {10: "", 20: "", 25: "well", 30: "beware", 40: "alarm"}
"""The classes of notices by Django's levels, from debug to error."""
LOGGING_CONFIG = "clearway.site.logs.configure"
LOGGING = logging_of(ENVIRONMENT["CLEARWAY_LOG_LEVEL"])

CSRF_FAILURE_VIEW = "clearway.web.errors.forged"

# What comes in, and how large. ``api.body_limits`` bounds each door before this does.
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# What the browser is told. No page of ours needs an inline script or style.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # the QR code of an authenticator
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *filter(None, [ENVIRONMENT["CLEARWAY_OIDC_ISSUER"]])],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["clearway"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(health|ready|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
CSRF_TRUSTED_ORIGINS = [
    f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and not host.startswith(("[", "."))
]

# Sessions and cookies.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = ENVIRONMENT["CLEARWAY_SESSION_HOURS"] * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_SECONDS = ENVIRONMENT["CLEARWAY_SESSION_IDLE"] * 60
LANGUAGE_COOKIE_SECURE = HTTPS

# Sign-in: by e-mail address and password, then a second factor; by passkey; by OpenID Connect.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_RULES = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_RULES}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": f"{_RULES}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email"]},
    },
    {"NAME": f"{_RULES}.CommonPasswordValidator"},
    {"NAME": f"{_RULES}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk"
ACCOUNT_ADAPTER = "clearway.site.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = None
ALLAUTH_TRUSTED_PROXY_COUNT = 0
MFA_ADAPTER = "clearway.site.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "clearway.web.forms.AddSecurityKey",
    "edit_webauthn": "clearway.web.forms.EditSecurityKey",
}
MFA_TOTP_ISSUER = "Clearway"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_ADAPTER = "clearway.site.sign_in.SingleSignOnAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
_SINGLE_SIGN_ON = {
    "provider_id": "single-sign-on",
    "name": ENVIRONMENT["CLEARWAY_OIDC_NAME"],
    "client_id": ENVIRONMENT["CLEARWAY_OIDC_CLIENT"],
    "secret": ENVIRONMENT["CLEARWAY_OIDC_SECRET"],
    "settings": {"server_url": ENVIRONMENT["CLEARWAY_OIDC_ISSUER"]},
}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [_SINGLE_SIGN_ON] if ENVIRONMENT["CLEARWAY_OIDC_ISSUER"] else [],
    }
}

# Letters. Without a mail server they are kept, so that an operator can hand them on.
_MAIL = urlsplit(ENVIRONMENT["CLEARWAY_MAIL"])
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT["CLEARWAY_MAIL_FROM"]
EMAIL_BACKEND = (
    f"django.core.mail.backends.{'smtp' if _MAIL.hostname else 'filebased'}.EmailBackend"
)
EMAIL_FILE_PATH = DATA / "letters"
EMAIL_HOST = _MAIL.hostname or ""
EMAIL_PORT = _MAIL.port or (465 if _MAIL.scheme == "smtps" else 587)
EMAIL_HOST_USER = unquote(_MAIL.username or "")
EMAIL_HOST_PASSWORD = unquote(_MAIL.password or "")
EMAIL_USE_SSL = _MAIL.scheme == "smtps"
EMAIL_USE_TLS = _MAIL.scheme == "smtp" and bool(_MAIL.username)
EMAIL_TIMEOUT = 20

SAMPLES = "clearway.simulators.samples.sample" if DEMO else ""
"""Who makes files to try an upload with: of a demonstration alone, which the simulators make."""
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def database_at(where: str) -> dict[str, object]:
    """Return Django's description of a database that ``CLEARWAY_DATABASE`` names."""
    if where == "sqlite":
        return {
            "ENGINE": "clearway.site.sqlite",
            "NAME": DATA / "clearway.sqlite3",
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "cached_statements": 1000},
        }
    parts = urlsplit(where)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"connect_timeout": 10, "application_name": "clearway"},
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database_at(ENVIRONMENT["CLEARWAY_DATABASE"])}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if ENVIRONMENT["CLEARWAY_DATABASE"] == "sqlite"  # one process: its memory is enough
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"}
}
"""Holds the counts of failed sign-ins, which several processes must share."""
