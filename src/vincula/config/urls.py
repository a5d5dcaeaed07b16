"""Every address of the program (transitional: rooms that are not there yet are left out; the lead restores it)."""

from importlib import import_module

from django.urls import include, path

from vincula.config.health import alive
from vincula.kernel.people import addresses as people

urlpatterns = [path("healthz", alive, name="alive"), path("", include(people))]
for prefix, module in (
    ("inbox/", "vincula.kernel.notify.addresses"),
    ("files/", "vincula.kernel.files.addresses"),
    ("imports/", "vincula.kernel.exchange.addresses"),
    ("reference/", "vincula.kernel.reference.addresses"),
    ("settings/", "vincula.kernel.pages.settings.addresses"),
    ("", "vincula.kernel.pages.listed.search_addresses"),
    ("", "vincula.cockpit.addresses"),
    ("", "vincula.parties.addresses"),
):
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        if not str(error.name).startswith("vincula."):
            raise
        continue
    urlpatterns.append(path(prefix, include(module)))
from vincula.kernel.api.interface import build  # noqa: E402

urlpatterns += [path("api/v1/", build().urls), path("", include("vincula.kernel.pages.addresses", namespace="entity"))]

handler400 = "vincula.kernel.ui.errors.bad_request"
handler403 = "vincula.kernel.ui.errors.forbidden"
handler404 = "vincula.kernel.ui.errors.not_found"
handler500 = "vincula.kernel.ui.errors.server_error"
