"""Django's settings. Everything an operator may set comes from the environment (see ``env.py``)."""

from django.utils.translation import gettext_lazy as _

from vincula.config.env import env

HOME = env.home
TEST_INSTANCE = env.test_instance  # the clock may be set only in such an instance
SECRET_KEY = env.secret_key
DEBUG = False
ALLOWED_HOSTS = env.allowed_hosts
CSRF_TRUSTED_ORIGINS = env.trusted_origins
BASE_URL = env.base_url

KERNEL_ROOMS = (
    "people", "access", "audit", "records", "jobs", "mail", "files", "links", "numbering",
    "search", "duplicates", "privacy", "exchange", "notify", "papers", "ui", "pages", "api", "reference",
)  # fmt: skip
ROOMS = ("parties", "portfolio", "cockpit")  # upper rooms last

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "django_q",
    "ninja",
    *(f"vincula.kernel.{room}" for room in KERNEL_ROOMS),
    *(f"vincula.{room}" for room in ROOMS),
]

MIDDLEWARE = [
    "vincula.kernel.ui.middleware.Guard",  # headers, request size, unreadable input → 400
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "vincula.kernel.people.middleware.Preferences",  # language, time zone, theme of the person
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "vincula.kernel.public.middleware.SignedInUnlessPublic",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "vincula.config.urls"
WSGI_APPLICATION = "vincula.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,  # <app>/jinja2/
        "OPTIONS": {
            "environment": "vincula.kernel.ui.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "vincula.kernel.ui.frame.context",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",  # mails and forms of libraries only
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

DATABASES = {"default": env.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "vincula.kernel.people.passwords.NotAboutYou"},
    {"NAME": "vincula.kernel.people.passwords.NotOnlyDigits"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "vincula.kernel.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {"reset_password": "vincula.kernel.people.pages.forgotten.ForgottenPassword"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to addresses without an account
ACCOUNT_EMAIL_NOTIFICATIONS = True  # who signs in differently from now on is told by mail
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,10/5m/key"}  # for codes; passwords are counted by axes before
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "vincula.kernel.people.adapter.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Vincula"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = env.base_url.startswith("http://localhost")
USERSESSIONS_TRACK_ACTIVITY = False

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "vincula.kernel.people.sign_in.account_name"
AXES_CLIENT_IP_CALLABLE = "vincula.kernel.people.sign_in.client_address"
AXES_LOCKOUT_CALLABLE = "vincula.kernel.people.sign_in.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time that the page names stays true
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

SESSION_COOKIE_NAME = "vincula"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.https
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "vincula.kernel.ui.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.behind_proxy else None
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if env.https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],  # custom properties of bars; no selector can be injected there
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("fr", _("French")), ("nl", _("Dutch")), ("de", _("German"))]
LOCALE_PATHS = [env.package / "locale"]
LANGUAGE_COOKIE_NAME = "vincula_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "vincula.kernel.files.storage.SyncedFiles", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {"BACKEND": "vincula.config.assets.Assets"},
}
WHITENOISE_MAX_AGE = 60 * 60 * 24
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

EMAIL_CONFIG = env.email
MAIL_OUTBOX = EMAIL_BACKEND = "vincula.kernel.mail.outbox.Outbox"  # mails of libraries too leave through the outbox
MAIL_DELIVERY_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "localhost")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_FILE_PATH = str(HOME / "mail")
DEFAULT_FROM_EMAIL = env.mail_from

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

Q_CLUSTER = {
    "name": "vincula",
    "orm": "default",
    "workers": 1,
    "recycle": 500,
    "timeout": 600,
    "retry": 660,
    "poll": 0.5,  # seconds until a worker that has nothing to do looks again: somebody may be waiting for an import
    "max_attempts": 5,
    "catch_up": False,
    "save_limit": 1000,
    "ack_failures": True,
}

LOGGING_CONFIG = "vincula.config.log.configure"
LOGGING = {"level": env.log_level}
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
TEST_RUNNER = "django.test.runner.DiscoverRunner"
