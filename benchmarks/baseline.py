"""B: a bare Django + Jinja2 page of 50 rows of the same table on the same database, served the same way.

Beside what the house does, so that its figures hold on any machine: no session, no rights, no counts, no frame.
``vincula bench`` pins this file by its hash; a change of it is a change of every ratio.

Served by: granian --interface wsgi baseline:application, with DATABASE_URL (PostgreSQL) or BASELINE_SQLITE (a file).
"""

import os
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings

if address := os.environ.get("DATABASE_URL"):
    parts = urlsplit(address)
    DATABASE = {
        "ENGINE": "django.db.backends.postgresql", "NAME": parts.path.strip("/"), "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""), "HOST": unquote(parts.hostname or ""), "PORT": parts.port or "",
        "CONN_MAX_AGE": None,
    }  # fmt: skip
else:
    DATABASE = {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BASELINE_SQLITE"], "CONN_MAX_AGE": None}

settings.configure(
    SECRET_KEY="-", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, DATABASES={"default": DATABASE}, MIDDLEWARE=[],
    USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)  # fmt: skip
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402  # Django must be set up first, here and below
from django.db import models  # noqa: E402  # as above
from django.http import HttpResponse  # noqa: E402  # as above
from django.urls import path  # noqa: E402  # as above
from jinja2 import Environment  # noqa: E402  # as above


class Organisation(models.Model):
    """The columns that the list shows."""

    name = models.TextField()
    name_folded = models.TextField()
    acronym = models.TextField()
    kind = models.TextField()
    country = models.TextField()
    city = models.TextField()
    last_interaction_at = models.DateTimeField(null=True)
    trashed_at = models.DateTimeField(null=True)

    class Meta:
        app_label, db_table, managed = "baseline", "parties_organisation", False

    def __str__(self):
        return self.name


PAGE = Environment(
    autoescape=True
).from_string("""<!doctype html><html lang="en"><head><title>Organisations</title></head>
<body><h1>Organisations</h1><table><thead><tr><th>Name</th><th>Kind</th><th>Country</th><th>City</th><th>Last</th></tr></thead>
<tbody>{% for o in rows %}<tr><td><a href="/organisations/{{ o.pk }}/">{{ o.name }}</a> {{ o.acronym }}</td><td>{{ o.kind }}</td>
<td>{{ o.country }}</td><td>{{ o.city }}</td><td>{{ o.last_interaction_at }}</td></tr>{% endfor %}</tbody></table></body></html>""")


def page(request):
    """The first 50 by name."""
    rows = Organisation.objects.filter(trashed_at=None).order_by("name_folded", "id")[:50]
    return HttpResponse(PAGE.render(rows=rows))


urlpatterns = [path("", page)]
application = get_wsgi_application()
