"""What administrators do with users, and what users do with their own preferences.

Each verb is one transaction and is written down: the audit (above this room) puts its writer into ``TRAIL``.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from vincula.kernel.contributions import Place
from vincula.kernel.people import letters, sessions, tokens
from vincula.kernel.people.models import User

TRAIL: Place[Callable[..., Any]] = Place(
    "people.trail", "Writes down what is done with users: called with who, verb, entity, object_id, changes."
)
PREFERENCES = ("name", "language", "time_zone", "theme", "density")


def told(who: User, verb: str, user: User, **changes: tuple[Any, Any]) -> None:
    """Write it down, in the caller's transaction; ``changes`` are pairs of old and new."""
    written = {field: [old, new] for field, (old, new) in changes.items()}
    for write in TRAIL:
        write(who=who, verb=verb, entity="people.user", object_id=user.pk, changes=written)


def asked_for_password(user: User | None) -> None:
    """Somebody, who is not known, asked for a link that sets a new password; None when there is no such account.

    Written down in either case: an administrator sees that somebody tries, and it costs the same.
    """
    for write in TRAIL:
        write(
            who=None,
            verb="asked for a new password",
            entity="people.user",
            object_id=user.pk if user else None,
            changes={},
        )


def must_administer(who: User) -> None:
    """PermissionDenied unless ``who`` is an active administrator."""
    if not (who.is_active and who.is_superuser):
        raise PermissionDenied


def locked(user: User) -> User:
    """The row as it is now, held until the transaction ends.

    All administrators' rows are held with it, in the order of their numbers: two who change each other at the same
    moment wait for one another instead of each holding what the other wants.
    """
    held = Q(pk=user.pk) | Q(is_superuser=True)
    rows: dict[int, User] = {row.pk: row for row in User.objects.filter(held).order_by("pk").select_for_update()}
    return rows[user.pk]


def leaves_an_administrator(user: User) -> None:
    """ValidationError if nobody could administer any more without this user.

    Their rows are held (see ``locked``), so two who remove each other at the same moment do not both succeed.
    """
    if not User.objects.administrators().exclude(pk=user.pk).exists():
        raise ValidationError(
            _("This is the last administrator: make somebody else one first."), code="last_administrator"
        )


def link_for(user: User) -> str:
    """The address by which the user sets a password; it works once and for ``PASSWORD_RESET_TIMEOUT``."""
    key = EmailAwarePasswordResetTokenGenerator().make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return f"{settings.BASE_URL}{path}"


def send_invitation(*, user: User, who: User) -> None:
    """Send the link (again). ValidationError for a program or somebody who is not active."""
    must_administer(who)
    if not user.signs_in:
        raise ValidationError(_("Only active people can be invited."), code="not_signing_in")
    days = settings.PASSWORD_RESET_TIMEOUT // 86400
    letters.invitation(user, link_for(user), inviter=who, days=days)


def invite(*, who: User, email: str, name: str, kind: str, language: str = "", is_superuser: bool = False) -> User:
    """A new user; people get a mail with a link, programs get none. ValidationError by field."""
    must_administer(who)
    if is_superuser and kind != User.Kind.STAFF:
        raise ValidationError({"is_superuser": _("Only staff can be administrators.")})
    with transaction.atomic():
        user = User.objects.create_user(
            email=email, name=name.strip(), kind=kind, language=language, is_superuser=is_superuser
        )
        told(who, "invited", user, email=(None, user.email), kind=(None, kind), is_superuser=(None, is_superuser))
        if user.signs_in:
            send_invitation(user=user, who=who)  # into the outbox: user and mail exist together or not at all
    return user


@transaction.atomic
def deactivate(*, user: User, who: User) -> User:
    """No session and no token of this user works from this moment on."""
    must_administer(who)
    user = locked(user)
    if user.is_superuser:
        leaves_an_administrator(user)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        told(who, "deactivated", user, is_active=(True, False))
    sessions.end_all(user)
    tokens.revoke_all(user)
    return user


@transaction.atomic
def reactivate(*, user: User, who: User) -> User:
    """May sign in again; the old sessions and tokens stay ended."""
    must_administer(who)
    user = locked(user)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        told(who, "reactivated", user, is_active=(False, True))
    return user


@transaction.atomic
def change_standing(*, user: User, who: User, kind: str, is_superuser: bool) -> User:
    """Another kind, or administrator or no longer. ValidationError when it leaves no administrator.

    A change of kind ends the sessions: what was open was opened by somebody else, as it were.
    """
    must_administer(who)
    if is_superuser and kind != User.Kind.STAFF:
        raise ValidationError({"is_superuser": _("Only staff can be administrators.")})
    user = locked(user)
    if user.is_superuser and not is_superuser:
        leaves_an_administrator(user)
    before = {"kind": user.kind, "is_superuser": user.is_superuser}
    after = {"kind": kind, "is_superuser": is_superuser}
    if before == after:
        return user
    user.kind, user.is_superuser = kind, is_superuser
    if kind == User.Kind.SERVICE:
        user.set_unusable_password()
    user.full_clean()
    user.save()
    told(who, "changed standing", user, **{f: (before[f], after[f]) for f in before if before[f] != after[f]})
    if before["kind"] != kind:
        sessions.end_all(user)
    return user


def may_hold_keys_of(user: User, who: User) -> bool:
    """One's own tokens; administrators also those of programs, which cannot sign in to make them."""
    return who.is_active and (who.pk == user.pk or (who.is_superuser and user.kind == User.Kind.SERVICE))


@transaction.atomic
def issue_token(
    *, user: User, who: User, name: str, scopes: Iterable[str], expires_at: datetime
) -> tuple[tokens.ApiToken, str]:
    """A token for oneself or for a program. PermissionDenied for others; ValidationError as in ``tokens.issue``."""
    if not may_hold_keys_of(user, who):
        raise PermissionDenied
    token, raw = tokens.issue(user=user, name=name, scopes=scopes, expires_at=expires_at)
    told(who, "issued token", user, token=(None, str(token)), scopes=(None, token.scopes))
    return token, raw


@transaction.atomic
def revoke_token(*, token: tokens.ApiToken, who: User) -> None:
    """End a token of one's own or of a program at once. PermissionDenied for others."""
    if not may_hold_keys_of(token.user, who):
        raise PermissionDenied
    tokens.revoke(token)
    told(who, "revoked token", token.user, token=(str(token), None))


@transaction.atomic
def prefer(*, user: User, **wishes: str) -> User:
    """The user's own name, language, time zone, theme and density. ValidationError by field; LookupError for others."""
    if strange := set(wishes) - set(PREFERENCES):
        raise LookupError(f"Not a preference: {', '.join(sorted(strange))}")
    spoken = {code for code, _name in settings.LANGUAGES} | {""}
    if wishes.get("language", "") not in spoken:
        raise ValidationError({"language": _("This language is not spoken here.")})
    for field, value in wishes.items():
        setattr(user, field, value)
    user.clean_fields(exclude=[f.name for f in User._meta.fields if f.name not in wishes])
    user.save(update_fields=list(wishes))
    return user
