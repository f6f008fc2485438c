"""Settings: one file, environment with working defaults, loud on nonsense.

PORTAL_MODE      demo | training | production   (demo: demonstration people and the training clock)
PORTAL_VAR       where the embedded servers, uploads and logs live (default: var/ beside manage.py)
DATABASE_URL     postgres://…  unset: a real PostgreSQL is started under PORTAL_VAR
DATABASE_OWNER_URL  the role that owns the tables, used by `migrate` only (default: DATABASE_URL)
REDIS_URL        redis://…     unset: a real Redis is started under PORTAL_VAR
SECRET_KEY, PERSONAL_DATA_KEY, ALLOWED_HOSTS, PORTAL_URL, EMAIL_URL   needed in production
PERSONAL_DATA_KEY   one key or several, by comma: the first writes identity numbers and phones, the others still read
"""

import sys
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

from portal import embedded, fonts

fonts.use()  # before anything loads Pango
env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("PORTAL_VAR", str(BASE_DIR / "var"))).resolve()
MODE = env.str("PORTAL_MODE", "demo", validate=validate.OneOf(["demo", "training", "production"]))
PRODUCTION = MODE == "production"
TESTING = "pytest" in sys.modules

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", None) or (None if PRODUCTION else embedded.local_secret(VAR_DIR))
if not SECRET_KEY:
    raise ImproperlyConfigured("正式环境必须设置 SECRET_KEY（production needs SECRET_KEY）")
PERSONAL_DATA_KEYS = env.list("PERSONAL_DATA_KEY", [] if PRODUCTION else [embedded.local_secret(VAR_DIR)])
if not PERSONAL_DATA_KEYS or (PRODUCTION and min(map(len, PERSONAL_DATA_KEYS)) < 32):
    raise ImproperlyConfigured("正式环境必须设置 PERSONAL_DATA_KEY，每个密钥至少 32 个字符（needed in production）")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]", "testserver"])
PORTAL_URL = env.str("PORTAL_URL", f"http://127.0.0.1:{env.int('PORT', 8000)}")
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # lets FORM_RENDERER find Django's own widget templates
    "axes",
    "csp",
    "guardian",
    "pgtrigger",
    "pghistory",
    # the house, ground floor first
    "portal",
    "accounts",
    "notices",
    "counties",
    "projects",
    "acceptance",
    "funds",
    "reporting",
    "supervision",
    "disclosure",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.ClockMiddleware",
    "portal.middleware.HistoryContextMiddleware",
    "portal.middleware.RefusedMiddleware",
    "accounts.confirmation.PasswordAgainMiddleware",
    "portal.requests.RequestKeyMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["portal.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.context.portal",
            ],
        },
    }
]
FORM_RENDERER = "portal.forms.Renderer"

# --- database: one engine everywhere -------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", None) or embedded.database_url(VAR_DIR)
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", None) or (
    DATABASE_URL if env.str("DATABASE_URL", None) else embedded.owner_url(VAR_DIR)
)
# Tests create databases and `migrate` changes tables: both need the owner. Everything else must not be it.
OWNER_COMMANDS = {"migrate", "makemigrations", "grants", "test", "pgtrigger"}
NEEDS_OWNER = TESTING or bool(OWNER_COMMANDS & set(sys.argv[1:2]))
DATABASES = {"default": dj_database_url.parse(DATABASE_OWNER_URL if NEEDS_OWNER else DATABASE_URL, conn_max_age=600)}
DATABASES["default"] |= {"ATOMIC_REQUESTS": True, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- jobs: Redis may be lost at any moment, it is never the record -----------------------------------------
REDIS_URL = env.str("REDIS_URL", None) or embedded.redis_url(VAR_DIR)
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TASK_PUBLISH_RETRY = False  # a lost wake-up costs a few seconds: the heartbeat comes anyway
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "portal.tasks.heartbeat", "schedule": 10.0, "options": {"expires": 30}},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# --- people ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.PersonBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "portal_session"
ANONYMOUS_USER_NAME = None  # guardian: nobody signs in as "nobody"
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_AUTO_PREFETCH = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_VERBOSE = False

# --- language and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
TRAINING_CLOCK = not PRODUCTION

# --- files -------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *[
        (prefix, folder)
        for prefix, folder in [
            ("bootstrap", BASE_DIR / "node_modules/bootstrap/dist"),
            ("htmx", BASE_DIR / "node_modules/htmx.org/dist"),
        ]
        if folder.is_dir()
    ],
]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8000  # a fund table of 300 rows has 20 fields in each
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
MAX_ATTACHMENT_BYTES = 20 * 1024 * 1024

# --- mail: the demonstration keeps its letters in a folder ---------------------------------------------------------
MAIL_DIR = VAR_DIR / "mail"
if env.str("EMAIL_URL", None):
    email = env.dj_email_url("EMAIL_URL")
    EMAIL_BACKEND = email["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = email["EMAIL_HOST"], email["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = email["EMAIL_HOST_USER"], email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = email["EMAIL_USE_TLS"], email["EMAIL_USE_SSL"]
else:
    EMAIL_BACKEND = "portal.mail.FolderBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "portal@example.invalid")

# --- security ----------------------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
}
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING" if TESTING else "INFO"},
    "loggers": {"weasyprint": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}},  # one line per step otherwise
}

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    CELERY_TASK_ALWAYS_EAGER = True
    AXES_ENABLED = False
    WHITENOISE_AUTOREFRESH = True
