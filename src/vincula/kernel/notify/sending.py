"""Telling people, once, the way they wish."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vincula.kernel import clock, jobs, mail
from vincula.kernel.notify import kinds, queries
from vincula.kernel.notify.kinds import Channel
from vincula.kernel.notify.models import Notification, Preference
from vincula.kernel.people.models import User

DIGEST_AT = time(7, 0)  # in the person's own time zone
KEEP_READ = timedelta(days=180)


def notify(
    *,
    users: Iterable[User],
    kind: str,
    sentence: str,
    key: str,
    entity: str = "",
    object_id: int | None = None,
    params: Mapping[str, str | int] | None = None,
) -> int:
    """Tell ``users`` in the caller's transaction; each is told once per ``key``. Returns how many are new.

    ``sentence`` is English with named placeholders, marked with gettext_noop where it is written: it is translated
    for its reader. Who is inactive, a service account, or wants nothing of this ``kind`` is left out. LookupError
    for a kind that was not declared; ValueError when the sentence asks for other values than ``params`` has.
    """
    declared = kinds.find(kind)
    values = dict(params or {})
    try:
        sentence % values
    except (KeyError, TypeError) as error:
        raise ValueError(f"“{sentence}” does not fit its values: {error}") from error
    people = {user.pk: user for user in users if user.is_active and user.kind != User.Kind.SERVICE}
    with transaction.atomic():
        chosen = dict(Preference.objects.filter(user__in=people, kind=kind).values_list("user_id", "channel"))
        told = set(Notification.objects.filter(user__in=people, key=key).values_list("user_id", flat=True))
        new = [
            Notification(
                user=user, kind=kind, entity=entity, object_id=object_id, sentence=sentence, params=values, key=key,
                channel=chosen.get(pk, declared.default),
            )
            for pk, user in sorted(people.items())
            if pk not in told and chosen.get(pk, declared.default) != Channel.OFF
        ]  # fmt: skip
        Notification.objects.bulk_create(new, ignore_conflicts=True)
        for each in new:
            if each.channel == Channel.MAIL:
                digest = hashlib.sha256(f"{each.user_id}:{key}".encode()).hexdigest()
                jobs.enqueue(mail_one, key=f"notify:{digest}", user_id=each.user_id, of_key=key)
    queries.count_afresh(each.user_id for each in new)
    return len(new)


@jobs.task
def mail_one(user_id: int, of_key: str) -> None:
    """Mail one notification, if its reader still may see what it is about and has not read it."""
    found = list(Notification.objects.filter(user_id=user_id, key=of_key, mailed_at=None, read_at=None))
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    with translation.override(user.language or settings.LANGUAGE_CODE):
        for line in queries.lines(user, found):
            _mail(user, [line], subject=line.text, key=f"notify:{line.notification.pk}")
    Notification.objects.filter(pk__in=[each.pk for each in found]).update(mailed_at=clock.now())


def _mail(user: User, lines: list[queries.Line], *, subject: str, key: str) -> None:
    context = {"lines": lines, "base": settings.BASE_URL, "user": user}
    mail.send(to=user.email, subject=subject, text=render_to_string("notify/letter.txt", context), key=key)


def last_digest_time(user: User) -> datetime:
    """The latest moment that has passed at which ``user`` is due a digest: seven o'clock where the person is."""
    zone = ZoneInfo(user.time_zone or "UTC")
    here = clock.now().astimezone(zone)
    today = datetime.combine(here.date(), DIGEST_AT, zone)
    return today if here >= today else datetime.combine(here.date() - timedelta(days=1), DIGEST_AT, zone)


@jobs.task
def strike_digests() -> None:
    """Enqueue the digest of everybody whose hour has come: one per person and day, late rather than never."""
    waiting = Notification.objects.filter(channel=Channel.DIGEST, mailed_at=None, read_at=None, user__is_active=True)
    for user in User.objects.filter(pk__in=waiting.values("user_id")):
        due = last_digest_time(user)
        if waiting.filter(user=user, created_at__lt=due).exists():
            day = due.date().isoformat()
            jobs.enqueue(digest, key=f"notify:digest:{user.pk}:{day}", user_id=user.pk, until=due.isoformat())


@jobs.task
def digest(user_id: int, until: str) -> None:
    """Mail what was collected for one person before ``until`` and is still unread; in one transaction with its mark."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    waiting = Notification.objects.filter(
        user_id=user_id,
        channel=Channel.DIGEST,
        mailed_at=None,
        read_at=None,
        created_at__lt=datetime.fromisoformat(until),
    )
    found = list(waiting.order_by("created_at", "id"))
    if user is None or not found:
        return
    with translation.override(user.language or settings.LANGUAGE_CODE):
        lines = queries.lines(user, found)
        if lines:
            subject = ngettext("%(count)s notification", "%(count)s notifications", len(lines)) % {"count": len(lines)}
            key = f"notify:digest:{user_id}:{until}"
            _mail(user, lines, subject=_("Your day in Vincula: %(what)s") % {"what": subject}, key=key)
    Notification.objects.filter(pk__in=[each.pk for each in found]).update(mailed_at=clock.now())


def mark_read(user: User, ids: Iterable[int] | None = None) -> int:
    """Mark these notifications of ``user`` as read, or all; returns how many were unread. Others' are not touched."""
    mine = Notification.objects.filter(user=user, read_at=None)
    if ids is not None:
        mine = mine.filter(pk__in=list(ids))
    queries.count_afresh([user.pk])
    return mine.update(read_at=clock.now())


def mark_unread(user: User, pk: int) -> int:
    """Take the mark back."""
    queries.count_afresh([user.pk])
    return Notification.objects.filter(user=user, pk=pk).exclude(read_at=None).update(read_at=None)


@jobs.task
def forget_read() -> None:
    """Drop what was read long ago."""
    Notification.objects.filter(read_at__lt=clock.now() - KEEP_READ).delete()
