"""Settings: the composition root. It may import from every room; nothing imports it but Django."""

import os
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from cms import configuration

ROOT = Path(__file__).resolve().parent.parent

# --- what kind of installation, and where its data live ------------------------------------------------------
BANGFU_MODE = configuration.mode()
DEMO = BANGFU_MODE == "demo"
PRODUCTION = BANGFU_MODE == "production"
DATA_DIR = configuration.data_dir(ROOT)
KEY_FILE = Path(os.environ.get("BANGFU_KEY_FILE") or DATA_DIR / "keys.json")
SECRET_KEY = configuration.secret_key(BANGFU_MODE, DATA_DIR)
DEBUG = False
ALLOWED_HOSTS = configuration.words(
    "ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver"
)
CSRF_TRUSTED_ORIGINS = configuration.words("CSRF_TRUSTED_ORIGINS")
PUBLIC_ADDRESS = os.environ.get("PUBLIC_ADDRESS", "http://127.0.0.1:8000")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the addresses this installation answers to.")

INSTALLED_APPS = [
    "workflows.base",
    "workflows.parameters",
    "workflows.people",
    "workflows.network",
    "workflows.offers",
    "workflows.households",
    "workflows.ledger",
    "workflows.applications",
    "workflows.payments",
    "workflows.portal",
    "workflows.desk",
    *(["workflows.demo"] if not PRODUCTION else []),
    "cms",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "treebeard",
    "django_tasks",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "workflows.people.checks.StartUp",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "workflows.base.headers.NoStore",
    "workflows.base.headers.PathCSP",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "workflows.base.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "workflows.people.limits.Patience",
    "workflows.people.limits.SessionLimits",
    "workflows.people.staff.SecondFactorRequired",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *(["workflows.demo.context.demo"] if not PRODUCTION else []),
            ]
        },
    }
]

# --- database --------------------------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'db.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A writer waits its turn instead of failing half-way with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"},
}

# --- language and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = "cms.formats"
LANGUAGE_COOKIE_NAME = "__Host-language" if PRODUCTION else "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- files -------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [("house", ROOT / "site" / "assets")]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = DATA_DIR / "media"
# Below /cms/: only those who are signed in there see what editors have uploaded and not yet published.
MEDIA_URL = "/cms/media/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The editor of Golden Autumn alone sends some 1,900 fields; Django would refuse more than 1,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- people ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/apply/"
LOGOUT_REDIRECT_URL = "/"
# The one door: Django's own backend stays out, so that no other page can sign anybody in with a password.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if BANGFU_MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECOND_FACTOR_PATHS = ("/desk/", "/cms/")
CODES_PER_DAY = configuration.number("CODES_PER_DAY", 5000)
MESSAGE_GATEWAY = os.environ.get("MESSAGE_GATEWAY", "")

#: How each register is reached: "" (not at all), "batch" (files that people carry), or an address.
REGISTERS = {
    "means": configuration.register("REGISTER_MEANS", BANGFU_MODE),
    "social_aid": configuration.register("REGISTER_SOCIAL_AID", BANGFU_MODE),
    "members": configuration.register("REGISTER_MEMBERS", BANGFU_MODE),
}
REGISTER_TOKENS = {
    "means": os.environ.get("REGISTER_MEANS_TOKEN", ""),
    "social_aid": os.environ.get("REGISTER_SOCIAL_AID_TOKEN", ""),
    "members": os.environ.get("REGISTER_MEMBERS_TOKEN", ""),
}
REGISTER_POLL_SECONDS = configuration.number("REGISTER_POLL_SECONDS", 60)

ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ALLAUTH_TRUSTED_PROXY_COUNT = configuration.number("TRUSTED_PROXY_COUNT", 0)
ACCOUNT_ADAPTER = "workflows.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "phone"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 180
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "workflows.people.sign_in_forms.StaffForm",
    "request_login_code": "workflows.people.sign_in_forms.PhoneForm",
    "confirm_login_code": "workflows.people.sign_in_forms.PhoneCodeForm",
    "reauthenticate": "workflows.people.sign_in_forms.PasswordForm",
}
ACCOUNT_RATE_LIMITS = {
    # All colleagues of a station come from one address. Codes by text message are budgeted in people.phones.
    "login": "120/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "request_login_code": None,
}
MFA_ADAPTER = "workflows.people.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "帮扶"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "workflows.people.sign_in_forms.SecondFactorForm",
    "reauthenticate": "workflows.people.sign_in_forms.SecondFactorAgainForm",
    "activate_totp": "workflows.people.sign_in_forms.EnrolForm",
}

# --- sessions and headers ------------------------------------------------------------------------------------------
SESSION_SERIALIZER = "workflows.base.sessions.SealedSerializer"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "frame-src": ["'none'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
# Wagtail's editor writes scripts into its pages and shows previews in frames; nothing else may.
CSP_LOOSENED = {
    "/cms/": {
        "script-src": ["'self'", "'unsafe-inline'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        *(
            "accelerometer",
            "autoplay",
            "camera",
            "display-capture",
            "encrypted-media",
            "fullscreen",
            "geolocation",
        ),
        *("gyroscope", "magnetometer", "microphone", "midi", "payment", "usb"),
    )
}

# --- background work: topic -> what handles it; and what the worker looks after each pass --------------------------
OUTBOX_HANDLERS: dict[str, str] = {
    "publish": "cms.publishing.publish.handle",
    "publish.back": "cms.publishing.rollback.handle",
    "publish.pinned": "cms.publishing.rollback.handle_pinned",
    "impact": "cms.authoring.measuring.handle",
    "applications.tell": "workflows.applications.telling.deliver",
    "files.ask": "workflows.households.connecting.deliver",
    "files.export": "workflows.households.exporting.deliver",
    "files.import": "workflows.households.importing.deliver",
    "files.sweep": "workflows.households.sweeping.deliver",
    "files.tell": "workflows.households.telling.deliver",
    "applications.remind": "workflows.applications.reminders.deliver",
}
#: Topics that somebody may pause: their errands wait in the outbox.
OUTBOX_PAUSES: dict[str, str] = {"publish": "cms.publishing.history.is_paused"}
TICKERS: list[str] = [
    "cms.publishing.schedule.tick",
    "cms.publishing.clock.tick",
    "workflows.households.daily.tick",
    "workflows.households.connecting.collect",
    "workflows.applications.daily.tick",
    "workflows.applications.reminders.send_due",
    "workflows.base.tries.forget_old",
    "workflows.people.phones.forget_unconfirmed",
]

#: A release that loses more than this share of its pages (percent) waits until somebody confirms it.
PAGES_MAY_FALL_BY = configuration.number("PAGES_MAY_FALL_BY", 20)

# --- Wagtail -----------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "帮扶"
WAGTAILADMIN_BASE_URL = PUBLIC_ADDRESS
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database.fallback"}}
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_AUTOSAVE_INTERVAL = 5_000  # ms; PublicPage.save_revision keeps it away from what was submitted
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# What editors upload is decoded and written anew before it is kept.
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.authoring.uploads.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "heic"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.authoring.uploads.AttachmentForm"
WAGTAILDOCS_EXTENSIONS = ["pdf"]
WAGTAILADMIN_LOGIN_URL = "account_login"
# Passwords and second factors are the business of /accounts/ alone.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False

# --- log ---------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO" if BANGFU_MODE != "test" else "WARNING"},
}
