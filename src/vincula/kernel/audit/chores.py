"""What the clock does for the trail and for sign-in."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from vincula.kernel import clock, jobs
from vincula.kernel.audit import trail


@jobs.task
def seal_trail() -> None:
    """Seal what was committed more than a minute ago, in batches, until nothing is left."""
    while trail.seal():
        pass


@jobs.task
def forget_sessions() -> None:
    """Delete sessions that ended long ago, and old failed attempts to sign in."""
    from axes.models import AccessAttempt

    Session.objects.filter(expire_date__lt=clock.now()).delete()
    AccessAttempt.objects.filter(attempt_time__lt=clock.now() - timedelta(days=30)).delete()
