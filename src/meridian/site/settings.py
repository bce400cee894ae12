"""Settings of the site. Everything a deployment varies comes from the environment; secrets live in the store."""

import os
from pathlib import Path

import django_stubs_ext

from meridian.site.database import configured

django_stubs_ext.monkeypatch()

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src"
STORE = Path(os.environ.get("MERIDIAN_STORE", ROOT / "var" / "store"))
"""Where the embedded database, keys, attachments and secrets live; never inside the served tree."""

DEBUG = False
SECRET_KEY = os.environ.get("MERIDIAN_SECRET_KEY", "")
if not SECRET_KEY:
    key_file = STORE / "secrets" / "session.key"
    SECRET_KEY = key_file.read_text() if key_file.exists() else os.urandom(32).hex()
ALLOWED_HOSTS = os.environ.get("MERIDIAN_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
LOOPBACK_ONLY = os.environ.get("MERIDIAN_LOOPBACK", "0") == "1"

INSTALLED_APPS = [
    "meridian.site",
    "meridian.kernel",
    "meridian.evidence",
    "meridian.accounts",
    "meridian.site.entrance",
    "meridian.parameters",
    "meridian.site.people",
    "meridian.platform.jobs",
    "meridian.platform.attachments",
    "meridian.platform.printing",
    "meridian.platform.endpoints",
    "meridian.platform.screens",
    "meridian.workspace",
    "meridian.alerts",
    "meridian.approvals",
    "meridian.exchange",
    "meridian.ledger",
    "meridian.organization",
    "meridian.parties",
    "meridian.qualification",
    "meridian.competence",
    "meridian.items",
    "meridian.inventory",
    "meridian.inspection",
    "meridian.warehouse",
    "meridian.labels",
    "meridian.purchasing",
    "meridian.sales",
    "meridian.scanning",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "ninja",
    "template_partials",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "meridian.accounts.middleware.CompanyMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "meridian.site.urls"
WSGI_APPLICATION = "meridian.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": configured()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "meridian.accounts.session.PersonBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_RESET_ON_SUCCESS = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
LOGIN_URL = "/sign-in"

SESSION_ENGINE = "meridian.accounts.session"
SESSION_COOKIE_AGE = 15 * 60  # idle time-out (MLPS 8.1.4.1 b); requests renew it, see SessionStore
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
BEHIND_TLS = os.environ.get("MERIDIAN_TLS", "0") == "1"
SESSION_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_HTTPONLY = False
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("MERIDIAN_BEHIND_PROXY") == "1" else None
)
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "object-src": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 60_000

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
LANGUAGE_COOKIE_NAME = "meridian_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = None  # files are served from the packages themselves
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
ATTACHMENT_LIMIT_BYTES = 20 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "meridian.platform.attachments.files.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
SILENCED_SYSTEM_CHECKS = ["fields.W342", "postgres.E005"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
