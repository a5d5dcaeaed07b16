"""Every address of the program. Rooms bring theirs; those made from entities come last."""

from django.urls import URLPattern, URLResolver, include, path

from vincula.config.health import alive
from vincula.kernel.api.later import api
from vincula.kernel.people import addresses as people

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", alive, name="alive"),
    path("", include(people)),
    path("inbox/", include("vincula.kernel.notify.addresses")),
    path("files/", include("vincula.kernel.files.addresses")),
    path("imports/", include("vincula.kernel.exchange.addresses")),
    path("duplicates/", include("vincula.kernel.pages.twins.addresses")),
    path("reference/", include("vincula.kernel.reference.addresses")),
    path("settings/", include("vincula.kernel.pages.settings.addresses")),
    path("privacy/", include("vincula.kernel.privacy.addresses")),
    path("", include("vincula.kernel.pages.listed.search_addresses")),
    api("api/v1/"),
    path("", include("vincula.cockpit.addresses")),
    path("", include("vincula.portfolio.addresses")),
    path("", include("vincula.parties.addresses")),
    path("", include("vincula.kernel.pages.addresses", namespace="entity")),
]

handler400 = "vincula.kernel.ui.errors.bad_request"
handler403 = "vincula.kernel.ui.errors.forbidden"
handler404 = "vincula.kernel.ui.errors.not_found"
handler500 = "vincula.kernel.ui.errors.server_error"
