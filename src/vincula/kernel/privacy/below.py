"""What the tables of the kernel below, and of the libraries, are to privacy. Rooms above declare their own."""

from django.utils.translation import gettext_lazy as _

from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.files.models import StoredFile
from vincula.kernel.links.models import Link
from vincula.kernel.notify.models import Notification
from vincula.kernel.privacy import stances
from vincula.kernel.privacy.models import Erasure, Hold, Proposal, Purpose, RetentionRule, SubjectExport
from vincula.kernel.privacy.stances import GOES, STAYS, holder, relation
from vincula.kernel.records.models import IndexValue
from vincula.kernel.search.models import Entry


def declare() -> None:
    """Called once when the program starts."""
    _records()
    _accounts()
    _holders()
    stances.passing("notify.notification", "jobs.job", "mail.message", "django_q.task", "django_q.schedule",
                    "axes.accessattempt", "axes.accesslog", "axes.accessfailurelog", "usersessions.usersession")  # fmt: skip


def _records() -> None:
    stances.shared(Purpose, texts=("description",), keep=("code", "name", "names", "active"))
    stances.shared(
        RetentionRule,
        texts=("name",),
        keep=(
            "entity",
            "criterion",
            "months",
            "action",
            "by_itself",
            "spare_tags",
            "active",
            "last_run_at",
            "last_found",
        ),
    )
    stances.shared(
        Link, texts=("note",), keep=("kind", "source_entity", "source_id", "target_entity", "target_id"),
    )  # fmt: skip


def _accounts() -> None:
    """Every relation to a user account: whether the row goes with it, and how the export calls it."""
    for path, title in (
        ("account.emailaddress.user", _("Addresses of the account")),
        ("mfa.authenticator.user", _("Second steps of signing in")),
        ("usersessions.usersession.user", _("Sessions")),
        ("people.apitoken.user", _("API tokens")),
        ("access.assignment.user", _("Roles")),
        ("notify.notification.user", _("Notifications")),
        ("notify.preference.user", _("What to be notified of")),
    ):
        relation(path, GOES, title)
    relation("audit.auditentry.who", STAYS, _("What the account did"))
    relation("files.storedfile.uploaded_by", STAYS, _("Files uploaded"))
    for path in ("privacy.proposal.decided_by", "privacy.hold.who", "privacy.erasure.who", "privacy.subjectexport.who"):
        relation(path, STAYS)


def _holders() -> None:
    pair = ("entity", "object_id")
    holder(IndexValue, pair)  # written anew with the record
    holder(Entry, pair)
    holder(AuditEntry, pair, title=_("History of the records"), told=("at", "who", "verb", "changes"))
    holder(StoredFile, pair, way=GOES, title=_("Files"), told=("name", "size", "content_type", "at"))
    holder(
        Notification, pair, content=("params", "sentence"), title=_("Notifications about the person"),
        told=("created_at", "kind"),
    )  # fmt: skip
    holder(
        Link, ("source_entity", "source_id"), ("target_entity", "target_id"), content=("note",), title=_("Links"),
        told=("kind", "source_entity", "source_id", "target_entity", "target_id", "note"),
    )  # fmt: skip
    holder(Proposal, pair)
    holder(Hold, pair, content=("reason",), title=_("Holds"), told=("reason", "at", "until"))
    holder(Erasure, pair)
    holder(SubjectExport, pair, title=_("Earlier exports"), told=("at", "who"))
