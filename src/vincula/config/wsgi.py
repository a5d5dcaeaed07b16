"""The WSGI application (granian serves it; sync Django under ASGI served half as many requests)."""

import os

from django.core.wsgi import get_wsgi_application

from vincula.config import garbage

garbage.one_store()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vincula.config.settings")
application = get_wsgi_application()

garbage.seldom()
