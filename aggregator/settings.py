"""Settings of the site. Everything that differs between installations comes from the environment;
`docs/aggregator.md` lists each variable."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from aggregator import __version__
from aggregator.calling.limits import Limits
from aggregator.cities import InvalidDirectory, directory
from aggregator.environment import Environment
from aggregator.logging import FORMATS, LEVELS, configuration

BASE_DIR = Path(__file__).resolve().parent

env = Environment(
    DEBUG=(bool, False),
    HTTPS=(bool, True),
    SECRET_KEY_FALLBACKS=(list, []),
    ALLOWED_HOSTS=(list, ["127.0.0.1", "localhost"]),
    CSRF_TRUSTED_ORIGINS=(list, []),
    TRUSTED_PROXIES=(int, 0),
    SITE_URL=(str, "http://127.0.0.1:8000"),
    LANGUAGE=(str, "ru"),
    CITIES=(str, ""),
    CITIES_FILE=(str, ""),
    POSTER_HOSTS=(list, []),
    PAGE_DEADLINE_SECONDS=(float, 5.0),
    RELAY_DEADLINE_SECONDS=(float, 10.0),
    CONNECT_SECONDS=(float, 1.0),
    CITY_CONNECTIONS=(int, 100),
    CITY_WAITING=(int, 100),
    HOLDS_PER_MINUTE=(int, 30),
    PURCHASES_PER_MINUTE=(int, 20),
    UNKNOWN_BOOKINGS_PER_MINUTE=(int, 20),
    RELAYED_BOOKINGS_PER_MINUTE=(int, 0),
    STATIC_ROOT=(str, str(BASE_DIR.parent / "staticfiles-site")),
    APP_VERSION=(str, ""),
    APP_REVISION=(str, ""),
    LOG_LEVEL=(str, "INFO"),
    LOG_FORMAT=(str, "text"),
    TRACES_URL=(str, ""),
    TRACES_RATIO=(float, 1.0),
)


def _positive(name: str) -> float:
    try:
        value = env.float(name)
    except ImproperlyConfigured:
        value = 0
    if not 0 < value < 3600:
        raise ImproperlyConfigured(f"{name} must be a number above 0: see docs/aggregator.md.")
    return float(value)


SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "The environment variable SECRET_KEY is not set: see docs/aggregator.md, "
        "or run `make demo`, which sets everything."
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS")
DEBUG = env.bool("DEBUG")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES")
SITE_URL = env.str("SITE_URL").rstrip("/")
if not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"SITE_URL must begin with http:// or https://: {SITE_URL!r}.")

# What runs
APP_VERSION = env.str("APP_VERSION") or __version__
APP_REVISION = env.str("APP_REVISION")

# The cities, and how long and how much they may cost
CITIES = env.str("CITIES")
CITIES_FILE = env.str("CITIES_FILE")
POSTER_HOSTS = env.list("POSTER_HOSTS")
PAGE_DEADLINE_SECONDS = _positive("PAGE_DEADLINE_SECONDS")
RELAY_DEADLINE_SECONDS = _positive("RELAY_DEADLINE_SECONDS")
LIMITS = Limits(
    connect_seconds=_positive("CONNECT_SECONDS"),
    connections=int(_positive("CITY_CONNECTIONS")),
    waiting=int(_positive("CITY_WAITING")),
    silence_seconds=RELAY_DEADLINE_SECONDS,
)

# What one visitor may do in a minute; 0: as often as he likes. See `aggregator.limits`
HOLDS_PER_MINUTE = env.int("HOLDS_PER_MINUTE")
PURCHASES_PER_MINUTE = env.int("PURCHASES_PER_MINUTE")
UNKNOWN_BOOKINGS_PER_MINUTE = env.int("UNKNOWN_BOOKINGS_PER_MINUTE")
RELAYED_BOOKINGS_PER_MINUTE = env.int("RELAYED_BOOKINGS_PER_MINUTE")

if not (CITIES or CITIES_FILE):
    raise ImproperlyConfigured(
        "Which cities? Neither CITIES_FILE nor CITIES is set: see docs/aggregator.md."
    )
try:
    directory.open(file=CITIES_FILE, text=CITIES)
except InvalidDirectory as error:
    raise ImproperlyConfigured(str(error) if CITIES_FILE else f"CITIES: {error}") from None

INSTALLED_APPS = ["aggregator.apps.AggregatorConfig", "django.contrib.staticfiles"]
DATABASES: dict[str, dict[str, str]] = {}

MIDDLEWARE = [
    "aggregator.inline_middleware.Security",
    "aggregator.inline_middleware.ContentPolicy",
    "aggregator.inline_middleware.Language",
    "aggregator.inline_middleware.Common",
    "aggregator.inline_middleware.Csrf",
    "aggregator.inline_middleware.FrameOptions",
]

# They look for Django's own names of what `aggregator.inline_middleware` derives from.
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W003"]

ROOT_URLCONF = "aggregator.urls"
ASGI_APPLICATION = "aggregator.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "aggregator.pages.city_page.context",
            ],
        },
    },
]

# Languages and time
LANGUAGE_CODE = env.str("LANGUAGE")
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured(f"LANGUAGE must be ru or en, not {LANGUAGE_CODE!r}.")
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # each city has its own

# Files
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT")
STORAGES = {
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "servestatic.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# The same files wherever they are collected: these would be made only where something else has
# installed Brotli or Zstandard, and take their time.
SERVESTATIC_USE_BROTLI = SERVESTATIC_USE_ZSTD = False

# Safety. HTTPS=false is for a laptop; behind a gateway that ends TLS it stays on.
_https = env.bool("HTTPS")
CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "aggregator.pages.policies.csrf_failure"
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
# Whether a request came by https is told by `aggregator.middleware`, which believes as many
# gateways as TRUSTED_PROXIES says; Django would believe the header from anybody.
SECURE_PROXY_SSL_HEADER = None
SECURE_REFERRER_POLICY = "same-origin"  # a booking's address is its secret
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *POSTER_HOSTS],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # the largest form is a hall full of checkboxes

# Logs and traces
LOG_FORMAT = env.str("LOG_FORMAT")
if LOG_FORMAT not in FORMATS:
    raise ImproperlyConfigured(f"LOG_FORMAT must be text or json, not {LOG_FORMAT!r}.")
LOG_LEVEL = env.str("LOG_LEVEL").upper()
if LOG_LEVEL not in LEVELS:
    raise ImproperlyConfigured(f"LOG_LEVEL must be one of {', '.join(LEVELS)}, not {LOG_LEVEL!r}.")
LOGGING = configuration(level=LOG_LEVEL, style=LOG_FORMAT)
TRACES_URL = env.str("TRACES_URL").rstrip("/")
if TRACES_URL and not TRACES_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"TRACES_URL must begin with http:// or https://: {TRACES_URL!r}.")
try:
    TRACES_RATIO = env.float("TRACES_RATIO")
except ImproperlyConfigured:
    TRACES_RATIO = -1
if not 0 <= TRACES_RATIO <= 1:
    raise ImproperlyConfigured(
        f"TRACES_RATIO must be a number from 0 to 1, not {env.str('TRACES_RATIO')!r}."
    )
