"""Settings of a provider. Everything that differs between cinemas comes from the environment;
`docs/configuration.md` lists each variable."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from cinema import __version__
from cinema.databases import databases
from cinema.environment import Environment
from cinema.logging import FORMATS, LEVELS, configuration

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment(
    DEBUG=(bool, False),
    HTTPS=(bool, True),
    SECRET_KEY_FALLBACKS=(list, []),
    ALLOWED_HOSTS=(list, ["127.0.0.1", "localhost"]),
    CSRF_TRUSTED_ORIGINS=(list, []),
    CITY=(str, "kazan"),
    CITY_NAME=(str, "Казань"),
    TIME_ZONE=(str, "Europe/Moscow"),
    CURRENCY=(str, "RUB"),
    LANGUAGE=(str, "ru"),
    PUBLIC_URL=(str, "http://127.0.0.1:8001"),
    EMAIL_URL=(str, "consolemail://"),
    EMAIL_FROM=(str, "cinema@localhost"),
    DATABASE_REPLICA_URLS=(list, []),
    DATABASE_POOL_SIZE=(int, 8),
    REPLICA_POLL_SECONDS=(float, 0.5),
    REPLICA_MAX_LAG_SECONDS=(float, 2.0),
    REPLICA_MAX_LAG_BYTES=(int, 16 * 1024 * 1024),
    WRITE_TIMEOUT_SECONDS=(float, 5.0),
    BOOKING_MAX_SEATS=(int, 10),
    HOLD_MINUTES=(int, 10),
    CANCELLATION_MINUTES=(int, 30),
    IDEMPOTENCY_HOURS=(int, 72),
    PAYMENTS=(str, "none"),
    RETURN_ORIGINS=(list, []),
    SITE_URL=(str, ""),
    YOOKASSA_SHOP_ID=(str, ""),
    YOOKASSA_SECRET_KEY=(str, ""),
    YOOKASSA_URL=(str, "https://api.yookassa.ru/v3"),
    LOGIN_FAILURES=(int, 5),
    LOGIN_LOCKOUT_MINUTES=(int, 15),
    TRUSTED_PROXIES=(int, 0),
    REQUEST_MAX_BYTES=(int, 1024 * 1024),
    STATIC_ROOT=(str, str(BASE_DIR / "staticfiles")),
    LOG_LEVEL=(str, "INFO"),
    CHORES_METRICS=(str, ""),
    APP_VERSION=(str, ""),
    APP_REVISION=(str, ""),
    LOG_FORMAT=(str, "text"),
    TRACES_URL=(str, ""),
    TRACES_RATIO=(float, 1.0),
)

for required in ("SECRET_KEY", "DATABASE_URL"):
    if not env.str(required, default=""):
        raise ImproperlyConfigured(
            f"The environment variable {required} is not set: see docs/configuration.md, "
            "or run `make demo`, which sets everything."
        )

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS")
DEBUG = env.bool("DEBUG")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS")

# The cinema
CITY = env.str("CITY")
CITY_NAME = env.str("CITY_NAME")
CURRENCY = env.str("CURRENCY")
PUBLIC_URL = env.str("PUBLIC_URL").rstrip("/")

# What runs, and where `run_chores` tells how it does
APP_VERSION = env.str("APP_VERSION") or __version__
APP_REVISION = env.str("APP_REVISION")
CHORES_METRICS = env.str("CHORES_METRICS")

# Rules of selling
BOOKING_MAX_SEATS = env.int("BOOKING_MAX_SEATS")
HOLD_TIME = timedelta(minutes=env.int("HOLD_MINUTES"))
CANCELLATION_NOTICE = timedelta(minutes=env.int("CANCELLATION_MINUTES"))
IDEMPOTENCY_TIME = timedelta(hours=env.int("IDEMPOTENCY_HOURS"))

# Paying online: see `bookings.payments`
PAYMENTS = env.str("PAYMENTS")
SITE_URL = env.str("SITE_URL").rstrip("/")
RETURN_ORIGINS = env.list("RETURN_ORIGINS")
YOOKASSA_SHOP_ID = env.str("YOOKASSA_SHOP_ID")
YOOKASSA_SECRET_KEY = env.str("YOOKASSA_SECRET_KEY")
YOOKASSA_URL = env.str("YOOKASSA_URL")

INSTALLED_APPS = [
    "cinema.apps.CinemaConfig",
    "movies.apps.MoviesConfig",
    "bookings.apps.BookingsConfig",
    "cinema.apps.StaffSiteConfig",  # django.contrib.admin
    "cinema.security",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "knox",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "cinema.middleware.RequestLog",
    "cinema.health.Probes",
    "django.middleware.security.SecurityMiddleware",
    "cinema.security.content_policy.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bookings.api.attempts.Attempts",
    "cinema.replication.middleware.Durability",
    "cinema.replication.middleware.ReadYourWrites",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cinema.middleware.PageLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cinema.audit.acting.Acting",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cinema.urls"
WSGI_APPLICATION = "cinema.wsgi.application"
APPEND_SLASH = False  # both forms answer; a redirect would lose a POST's body
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Databases
DATABASES = databases(env)
DATABASE_ROUTERS = ["cinema.replication.router.ReplicaRouter"]
REPLICA_POLL_SECONDS = env.float("REPLICA_POLL_SECONDS")
REPLICA_MAX_LAG_SECONDS = env.float("REPLICA_MAX_LAG_SECONDS")
REPLICA_MAX_LAG_BYTES = env.int("REPLICA_MAX_LAG_BYTES")
WRITE_TIMEOUT_SECONDS = env.float("WRITE_TIMEOUT_SECONDS")

# People
LANGUAGE_CODE = env.str("LANGUAGE")
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "cinema" / "locale"]
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured(f"LANGUAGE must be ru or en, not {LANGUAGE_CODE!r}.")
TIME_ZONE = env.str("TIME_ZONE")
try:
    ZoneInfo(TIME_ZONE)
except (ValueError, OSError, LookupError):  # also what isn't a zone's file, or a directory
    raise ImproperlyConfigured(
        f"TIME_ZONE must be a name like Europe/Moscow, not {TIME_ZONE!r}."
    ) from None
USE_TZ = True
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Emails to buyers, sent by `manage.py send_notices`
try:
    vars().update(env.email_url("EMAIL_URL"))
except (ValueError, ImproperlyConfigured):
    raise ImproperlyConfigured(
        "EMAIL_URL must look like smtp+tls://user:password@mail.example:587: "
        "see docs/configuration.md."
    ) from None
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM")

# Files
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "cinema.static_storage.StaticStorage"
        )
    },
}

# Safety. HTTPS=false is for a laptop; behind a gateway that ends TLS it stays on.
_https = env.bool("HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
# Whether a request came by https is told by gunicorn, which knows the gateways it believes
# (FORWARDED_ALLOW_IPS); Django would believe the header from anybody.
SECURE_PROXY_SSL_HEADER = None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 3600  # a shift
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
CSRF_FAILURE_VIEW = "cinema.api.failures.csrf_failure"
REQUEST_MAX_BYTES = env.int("REQUEST_MAX_BYTES")
DATA_UPLOAD_MAX_MEMORY_SIZE = REQUEST_MAX_BYTES

# Logging in: see `cinema.security`
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES")
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES")
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_LOCKOUT_MINUTES"))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "cinema.security.lockout.locked_out"
AXES_CLIENT_IP_CALLABLE = "cinema.security.client_address.client_address"
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken"]  # and always the password
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
OTP_TOTP_ISSUER = CITY_NAME

# The API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "cinema.api.authentication.StaffToken",
        "cinema.api.authentication.StaffSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["cinema.api.permissions.ReadOrStaff"],
    "DEFAULT_RENDERER_CLASSES": ["cinema.api.json.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cinema.api.json.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "cinema.api.json.AlwaysJSON",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "cinema.api.schema.ContractSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "cinema.api.failures.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
REST_KNOX = {"AUTH_HEADER_PREFIX": "Token", "TOKEN_TTL": None}
SPECTACULAR_SETTINGS = {
    "TITLE": "Cinema provider",
    "DESCRIPTION": "One cinema's films, showings and bookings. Pages per resource: docs/api/.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Without it, Swagger has the schema checked by a server of its own.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "POSTPROCESSING_HOOKS": ["cinema.api.schema.document_errors"],
    "COMPONENT_SPLIT_REQUEST": True,
}

# Logs and traces
LOG_FORMAT = env.str("LOG_FORMAT")
if LOG_FORMAT not in FORMATS:
    raise ImproperlyConfigured(f"LOG_FORMAT must be text or json, not {LOG_FORMAT!r}.")
LOG_LEVEL = env.str("LOG_LEVEL").upper()
if LOG_LEVEL not in LEVELS:
    raise ImproperlyConfigured(f"LOG_LEVEL must be one of {', '.join(LEVELS)}, not {LOG_LEVEL!r}.")
LOGGING = configuration(level=LOG_LEVEL, style=LOG_FORMAT, city=CITY)
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
