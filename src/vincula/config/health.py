"""Is the program alive? For load balancers and for ``./run``."""

from django.db import OperationalError, connection
from django.http import HttpRequest, JsonResponse

from vincula import __version__
from vincula.kernel.public import public_page


@public_page("A load balancer asks without signing in; it learns the version and nothing of the data.")
def alive(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return JsonResponse({"status": "database unreachable", "version": __version__}, status=503)
    return JsonResponse({"status": "ok", "version": __version__})
