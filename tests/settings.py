"""The program's own settings, in a home that goes with the test run. Loaded by pytest-django before any conftest."""

import atexit
import os
import shutil
import tempfile

from tests.ground import prepared

home = tempfile.mkdtemp(prefix="vincula-test-")
atexit.register(shutil.rmtree, home, ignore_errors=True)
os.environ["VINCULA_HOME"] = home

from vincula.config.settings import *  # noqa: F403 E402 (settings are read like this)

# Hashing that is slow on purpose would be a quarter of the run; the real hasher stays second, so it can be asked for.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]  # noqa: F405 (from above)

if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # noqa: F405  # from the settings above, all of them
    DATABASES["default"]["TEST"] = prepared.template()  # noqa: F405  # as above

# Pages name plain static files: a manifest would need collectstatic first. WhiteNoise wants its folder to exist.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405  # as above
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405  # as above
LOGGING = {"level": "ERROR"}
TEST_INSTANCE = True  # tests set the clock
MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # mails stay in django.core.mail.outbox
