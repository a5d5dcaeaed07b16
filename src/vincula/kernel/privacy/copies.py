"""Copies that no plain column shows: words of the index, mails, sessions, the account with its keys."""

from email import policy
from email.parser import BytesParser
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import models, transaction

from vincula.kernel import clock
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.folding import words
from vincula.kernel.jobs.models import Job
from vincula.kernel.mail.models import Message
from vincula.kernel.privacy import stances
from vincula.kernel.privacy.stances import GOES
from vincula.kernel.privacy.traces import ERASED, Trace, replaced, texts_in
from vincula.kernel.search.index import learn_words
from vincula.kernel.search.models import Entry, Vocable

NOBODY = "erased.invalid"  # RFC 2606: no mail ever goes there
LARGEST_MAIL = 5_000_000


# ----------------------------------------------------------------------------------------------------- index
def documents_of(key: str, ids: list[int]) -> list[str]:
    """What the index says of these records before they change: its words may have to be unlearned."""
    rows = Entry.objects.filter(entity=key, object_id__in=ids).values_list("title", "acronym", "names", "text")
    return [" ".join([title, acronym, *names, text]) for title, acronym, names, text in rows]


def former_texts(trace: Trace) -> list[str]:
    """What the history says that these records said earlier: the index learned those words too."""
    found: list[str] = []
    for rows in (trace.rows, trace.near):
        for key, ids in rows.items():
            wanted = sorted(ids)
            for start in range(0, len(wanted), 500):
                told = AuditEntry.objects.filter(entity=key, object_id__in=wanted[start : start + 500])
                for changes in told.exclude(changes__isnull=True).values_list("changes", flat=True):
                    found += texts_in(list((changes or {}).values()))
    return found


def vocabulary(before: list[str]) -> int:
    """Unlearn words (for forgiving typos) that occur in no record any more; returns how many."""
    said = {word for text in before for word in words(text)}
    known = set(Vocable.objects.filter(word__in=list(said)[:20_000]).values_list("word", flat=True)) if said else set()
    gone = [word for word in known if not _occurs(word)]
    for start in range(0, len(gone), 500):
        Vocable.objects.filter(word__in=gone[start : start + 500]).delete()
    return len(gone)


def _occurs(word: str) -> bool:
    """Whether some record still says the word: asked of the full text, made sure of in the entries."""
    from vincula.kernel.entity import registry
    from vincula.kernel.search.engines import engine
    from vincula.kernel.search.words import Word, tokens_in

    tokens = frozenset(tokens_in([word]))
    entities = [entity.key for entity in registry.all()]
    found = engine().match([Word(word, tokens, ())], titles=False, entities=entities, skip=0, limit=50)
    if len(found) == 50:
        return True
    rows = Entry.objects.filter(pk__in=[match.entry_id for match in found]).values_list(
        "title", "acronym", "names", "text"
    )
    return any(word in words(" ".join([title, acronym, *names, text])) for title, acronym, names, text in rows)


def vocabulary_jobs() -> int:
    """Forget the words that finished jobs carried to the index."""
    task = f"{learn_words.__module__}.{learn_words.__qualname__}"
    return Job.objects.filter(task=task).exclude(done_at=None).update(payload={"words": []})


# ----------------------------------------------------------------------------------------------------- mails
def mails(trace: Trace) -> int:
    """Mails to the person lose address and text; that one was sent stays. Files of mails on disk go."""
    gone = 0
    for address in trace.emails:
        gone += Message.objects.filter(to__iexact=address).update(
            to=f"nobody@{NOBODY}", subject=ERASED, text="", html="", error=""
        )
    paths = [path for path in _mail_files() if _names(path, trace)]
    for path in paths:
        transaction.on_commit(partial(path.unlink, missing_ok=True), robust=True)
    return gone + len(paths)


def _mail_files() -> list[Path]:
    """Without a mail server mails are files in the home."""
    folder = Path(str(getattr(settings, "EMAIL_FILE_PATH", "") or ""))
    return sorted(folder.glob("*.log")) if str(folder) != "." and folder.is_dir() else []


def _names(path: Path, trace: Trace) -> bool:
    try:
        if path.stat().st_size > LARGEST_MAIL:
            return False
        with path.open("rb") as file:
            mail = BytesParser(policy=policy.default).parse(file)
        parts = [str(mail.get(name) or "") for name in ("To", "Subject")]
        for part in mail.walk():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and part.get_content_maintype() == "text":
                parts.append(payload.decode(errors="replace"))
    except (OSError, ValueError, LookupError):
        return False
    return trace.passing.search("\n".join(parts)) is not None


# -------------------------------------------------------------------------------------------------- sessions
def sessions(trace: Trace) -> int:
    """Open sessions carry messages ("… is saved") and forms half filled in: packed, so each is opened and looked at."""
    changed = 0
    for session in Session.objects.filter(expire_date__gt=clock.now()).iterator(chunk_size=500):
        data = session.get_decoded()
        clean = replaced(data, trace.passing)
        if clean != data:
            store = SessionStore(session.session_key)
            Session.objects.filter(pk=session.pk).update(session_data=store.encode(clean))
            changed += 1
    Session.objects.filter(expire_date__lte=clock.now()).delete()
    return changed


# --------------------------------------------------------------------------------------------------- account
def forget_account(user: Any, name: str, trace: Trace) -> int:
    """Anonymise the account: it cannot sign in, its keys and sessions are gone, what it did stays without a name."""
    from vincula.kernel.people import sessions as open_sessions

    open_sessions.end_all(user)
    gone = 1
    for path, (way, _title) in stances.relations().items():
        if way == GOES:
            label, _dot, field = path.rpartition(".")
            gone += apps.get_model(label)._base_manager.filter(**{field: user.pk}).delete()[0]
    rows: models.QuerySet[Any] = get_user_model()._default_manager.filter(pk=user.pk)
    user.set_unusable_password()
    rows.update(email=f"erased-{user.pk}@{NOBODY}", name=name, is_active=False, is_superuser=False, language="",
                time_zone="UTC", password=user.password, last_login=None)  # fmt: skip
    trace.add_row("people.user", user.pk)
    return gone
