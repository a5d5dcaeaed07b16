"""The WSGI application (granian serves it; sync Django under ASGI served half as many requests)."""

import os

import django

from vincula.config import garbage

garbage.one_store()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vincula.config.settings")
with garbage.without_test_framework():
    django.setup(set_prefix=False)

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest  # noqa: E402  # they want the settings


class Request(WSGIRequest):
    """What was asked. It points to its user and messages and they to it: a circle, with all that was sent and read.

    When the answer is sent nobody needs it any more, so it does not wait for the collector: 55 pages did, with 20 to
    100 KB each.
    """

    def close(self) -> None:
        super().close()
        vars(self).clear()


class Application(WSGIHandler):
    request_class = Request


application = Application()

garbage.seldom()
