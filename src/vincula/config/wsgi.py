"""The WSGI application (granian serves it; sync Django under ASGI served half as many requests)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vincula.config.settings")
application = get_wsgi_application()

from vincula.config.urls import api  # noqa: E402  # after the setup
from vincula.kernel.api.later import prepare  # noqa: E402  # as above

prepare(api)

# What the program consists of stays: the collector need not look through it again and again, and a page makes and drops
# tens of thousands of small things, of which few point in circles.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
