"""Settings: every one comes from an environment variable of docs/settings.md or is fixed here."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url

from config import VERSION, csp, environment, logs

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where things are ---------------------------------------------------------------------------

COFFER_DATA = environment.data_folder(Path(environment.text("COFFER_DATA", str(BASE_DIR / "data"))))
COFFER_PUBLIC_URL = environment.origin(
    "COFFER_PUBLIC_URL", f"http://localhost:{environment.number('PORT', 8000, minimum=1)}"
)
COFFER_ADMIN_HOST = environment.text("COFFER_ADMIN_HOST").lower()
COFFER_TRUSTED_PROXIES = environment.networks("COFFER_TRUSTED_PROXIES")

_public = urlsplit(COFFER_PUBLIC_URL)
_https = _public.scheme == "https"

# --- Policy -------------------------------------------------------------------------------------

# The origin names the log for ever, so it must not change with the port of one start.
COFFER_LOG_ORIGIN = environment.text("COFFER_LOG_ORIGIN", f"{_public.hostname}/coffer")
COFFER_REGISTRATION = environment.choice("COFFER_REGISTRATION", ("open", "invite", "closed"))

# OWASP ASVS 5.0, 7.3: both figures are decided and written down (docs/settings.md).
COFFER_SESSION_IDLE = timedelta(
    minutes=environment.number("COFFER_SESSION_IDLE_MINUTES", 30, minimum=1)
)
COFFER_SESSION_LIFETIME = timedelta(hours=environment.number("COFFER_SESSION_HOURS", 12, minimum=1))

# --- Django -------------------------------------------------------------------------------------

DEBUG = environment.flag("COFFER_DEBUG")
SECRET_KEY = environment.secret_key("COFFER_SECRET_KEY", COFFER_DATA / "secret_key")
# Loopback names stay allowed for the health checks of this machine.
ALLOWED_HOSTS = [
    name
    for name in (
        _public.hostname or "",
        COFFER_ADMIN_HOST.partition(":")[0],
        "localhost",
        "127.0.0.1",
        "[::1]",
        *environment.names("COFFER_ALLOWED_HOSTS"),
    )
    if name
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True

INSTALLED_APPS = [
    "config.apps.HouseConfig",
    "vault",
    "audit",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "axes",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.apps.StaticFilesConfig",
]
MIDDLEWARE = [
    "config.middleware.TrustedProxies",
    "django.middleware.security.SecurityMiddleware",
    "config.csp.PolicyMiddleware",
    "config.middleware.BrowserPolicies",
    "config.middleware.AdminHost",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.operator_sessions.OperatorSessions",
    "config.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
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
LOGGING = logs.CONFIGURATION

# --- Database -----------------------------------------------------------------------------------

# ATOMIC_REQUESTS stays off: no transaction may be open while a body streams or a block is fsynced.
_database = dj_database_url.parse(
    environment.text("COFFER_DATABASE_URL", f"sqlite:///{COFFER_DATA / 'coffer.sqlite3'}"),
    conn_max_age=60,
    conn_health_checks=True,
)
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        # Takes the write lock at BEGIN: a deferred transaction that upgrades later fails at once.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: with NORMAL a power cut can lose a commit that a signed checkpoint already covers.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
    }
    # A file, so that tests with several connections meet the same locks as a deployment.
    _database["TEST"] = {"NAME": str(COFFER_DATA / "test.sqlite3")}
DATABASES = {"default": _database}

# --- Sign-in, sessions, CSRF --------------------------------------------------------------------

AUTH_USER_MODEL = "vault.User"
AUTHENTICATION_BACKENDS = [
    "vault.guessing.GuessBackend",
    "vault.authentication.MemberBackend",
    "vault.authentication.OperatorBackend",
]
# Members send a login key of 32 random-looking bytes, operators a password: both are hashed alike.
PASSWORD_HASHERS = [
    "vault.hashers.GatedArgon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/login/"

# `__Host-` binds a cookie to this host: no sibling subdomain can plant a session or CSRF token.
_cookie_prefix = "__Host-" if _https else ""
SESSION_COOKIE_NAME = f"{_cookie_prefix}coffer_session"
SESSION_COOKIE_AGE = int(COFFER_SESSION_LIFETIME.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_NAME = f"{_cookie_prefix}coffer_csrf"
# The page gets its token from GET /api/v1/session, so no script needs to read the cookie.
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = _https
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [COFFER_PUBLIC_URL]
if COFFER_ADMIN_HOST:
    CSRF_TRUSTED_ORIGINS.append(f"{_public.scheme}://{COFFER_ADMIN_HOST}")

# Guessing (vault/guessing.py): by name and network together, and by network alone with a limit that
# a whole office behind one address does not reach; by name alone never.
AXES_HANDLER = "vault.guessing.GuessHandler"
AXES_USERNAME_CALLABLE = "vault.guessing.name_of"
AXES_CLIENT_IP_CALLABLE = "vault.guessing.network_of"
AXES_LOCKOUT_CALLABLE = "config.errors.locked_out"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
COFFER_NETWORK_FAILURES = 100
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Whoever is locked out and goes on trying does not make it longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
# Sign-ins are in the audit log; a second list of addresses would only have to be erased too.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- Browser policies ---------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {"DIRECTIVES": csp.page_policy()}
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
# Only the proxies named above may say this; config.middleware drops it from everyone else.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
# W021 asks for HSTS preload: the owner of the domain decides that, it binds more than this service.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

# --- Static files -------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.text("COFFER_STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.HashedStaticFilesStorage"},
}
WHITENOISE_ADD_HEADERS_FUNCTION = csp.add_static_headers
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- API ----------------------------------------------------------------------------------------

# Only the admin's forms: each operation of the API reads its body with a limit of its own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
FILE_UPLOAD_HANDLERS = ["config.uploads.RefuseFiles"]
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["vault.parsers.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["vault.authentication.MemberSessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["vault.permissions.IsMember"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "vault.exceptions.handler",
    "DEFAULT_THROTTLE_RATES": {"kdf": "300/min"},
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    # A representation is not chosen by a parameter of the address.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Coffer",
    "DESCRIPTION": "End-to-end encrypted file storage. Bytes and rules: docs/spec.md.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
}
