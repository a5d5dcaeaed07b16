"""The sentence under a title: what the reader came for, by rules, each sentence translated whole."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vincula.kernel import clock
from vincula.kernel.access import door, gathered
from vincula.kernel.records.fields import in_language
from vincula.kernel.ui import format as shown
from vincula.portfolio import queries
from vincula.portfolio.models import BoardItem
from vincula.portfolio.retold import retold
from vincula.portfolio.rules import life, scoring


def paragraph(*sentences: str) -> str:
    """Whole sentences one after the other; empty ones are left out. A date that ends with a point ends its sentence."""
    return life.one_point(" ".join(sentence for sentence in sentences if sentence))


def percent(value: Decimal | None) -> str:
    """ "4.5 %" as the reader's language writes it; a dash where there is no figure."""
    return "—" if value is None else shown.percent(value)


def phase_name(phase: Any, language: str = "") -> str:
    """A phase, or a deliverable of it, in ``language``, else in the reader's, else as the phase model calls it."""
    return in_language(phase.names, phase.name, language)


def hidden_service() -> str:
    """What stands in place of the name of a service."""
    return _("A service that you may not see")


def threshold(value: Decimal) -> str:
    """What was set, as it was set: "60 %", "62.5 %"."""
    return shown.percent(value, 0 if value == value.to_integral_value() else 1)


def of_threshold(found: scoring.Score, least: Decimal, told: str) -> str:
    """Whether a score reaches what was planned, which reads as ``told``."""
    said = _("It is under the threshold of %(share)s.") if life.is_under(found.share, least) else _("The threshold is %(share)s.")  # fmt: skip
    return said % {"share": told}


def standard(text: str) -> str:
    """A text of a phase model in the reader's language, as long as nobody wrote another one in its place."""
    return _(text) if text else ""


def demand(found: queries.Demand) -> str:
    """How many needs of how many organisations."""
    if not found.needs:
        return _("No need stands behind it yet.")
    of = ngettext("%(n)s organisation", "%(n)s organisations", found.organisations) % {"n": found.organisations}
    return ngettext(
        "%(n)s need of %(organisations)s stands behind it.", "%(n)s needs of %(organisations)s stand behind it.",
        found.needs,
    ) % {"n": found.needs, "organisations": of}  # fmt: skip


def need(record: Any, user: Any) -> str:
    """What became of a need."""
    if record.state == "declined":
        return _("It was declined.")
    if record.service_id and record.state == "merged":
        if not door.may(user, "view", record.service):
            return _("It became part of an idea or a service that you may not see.")
        return _("It became part of “%(service)s”.") % {"service": record.service}
    if record.requirement.strip():
        return _("It is scoped and waits to become part of an idea or a service.")
    return _("It waits for a technical customer adviser to scope it.")


def service(record: Any, user: Any) -> str:
    """Where a service stands, since when, and how far it reaches or what is asked."""
    from vincula.portfolio.queries.around import around

    since = shown.format_date(record.phase_since) if record.phase_since else "—"
    where = _("In phase “%(phase)s” since %(since)s.") % {"phase": phase_name(record.phase), "since": since}
    if record.stage in ("operation", "shutdown"):
        reach = around(record, user).reach
        told = ngettext(
            "%(n)s of %(of)s organisation that could use it does (%(share)s).",
            "%(n)s of %(of)s organisations that could use it do (%(share)s).",
            reach.eligible,
        ) % {"n": reach.subscribed, "of": reach.eligible, "share": percent(reach.share)}
        low = life.is_under(reach.share, record.least_penetration) and record.stage == "operation"
        below = _("That is under the least of %(least)s: it is proposed for shutdown.") % {
            "least": percent(record.least_penetration)
        } if low else ""  # fmt: skip
        return paragraph(where, told, below)
    if record.stage == "retired":
        return paragraph(where)
    return paragraph(where, demand(around(record, user).demand))


def order(record: Any) -> str:
    """What the next step of an order waits for."""
    from vincula.portfolio.lifecycles import ORDER

    if ORDER.state(record.state).final:
        return ""
    for move, against in ORDER.from_here(record):
        if move.key in ("confirm", "approve", "provision", "activate"):
            if against:
                return " ".join(str(sentence) for sentence in against)
            return _("Next: %(step)s.") % {"step": move.label}
    return ""


def deliverable(record: Any) -> str:
    """Whose it is, until when, and what its content lacks."""
    from vincula.portfolio import content

    if record.state == "waived":
        return _("Waived by the board: %(reason)s") % {"reason": record.waiver}
    lacking = content.missing(record.content_kind, record.content)
    who = _("%(who)s answers for it.") % {"who": record.assignee} if record.assignee_id else _("Nobody has taken it.")
    if record.state == "done":
        return who
    late = record.due is not None and record.due < clock.today()
    when = (_("It was due on %(day)s.") if late else _("It is due on %(day)s.")) % {
        "day": shown.format_date(record.due)
    } if record.due else ""  # fmt: skip
    left = ngettext("%(n)s section is still empty.", "%(n)s sections are still empty.", len(lacking)) % {
        "n": len(lacking)
    } if lacking else ""  # fmt: skip
    return paragraph(who, when, left)


def discontinuance(record: Any, user: Any) -> str:
    """When the service may end at the earliest."""
    return notice(record.notice_months, record.noticed_on, record.earliest_end)


def notice(months: int, noticed: date, earliest: date) -> str:
    """The earliest end by a notice."""
    return paragraph(_("With %(months)s months' notice from %(noticed)s it ends on %(earliest)s at the earliest.") % {
        "months": months, "noticed": shown.format_date(noticed), "earliest": shown.format_date(earliest),
    })  # fmt: skip


def business_case(record: Any, user: Any) -> str:
    """Coverage and break-even in one sentence; none without figures, nothing for who does not see every line."""
    from vincula.portfolio.queries.cases import result_of, sees_every_line

    if not sees_every_line(user, [record]):
        return ""
    found = result_of(record)
    if found is None or found.coverage is None:
        return _("There is no figure yet: it has no costs.")
    if found.break_even is None:
        return _("There is no figure yet: it has no customers.")
    return _("Income covers %(coverage)s of the cost; it breaks even at %(price)s per customer and year.") % {
        "coverage": percent(found.coverage),
        "price": shown.money(found.break_even, record.price.currency if record.price else ""),
    }  # fmt: skip


def pilot(record: Any, user: Any) -> str:
    """How many criteria are met, and how many customers have given their verdict; of those that may be seen."""
    criteria = list(record.criteria.visible_to(user))
    met = [life.criterion_is_met(c.comparator, c.target, c.result) for c in criteria]
    share = scoring.percent(sum(1 for m in met if m), len(met)) if met else None
    told = _("%(met)s of %(all)s criteria are met (%(share)s).") % {
        "met": sum(1 for m in met if m), "all": len(met), "share": percent(share),
    } if met else _("No criteria are fixed yet.")  # fmt: skip
    open_ = record.customers.visible_to(user).filter(verdict="open").count()
    waiting = ngettext("%(n)s customer has not given a verdict.", "%(n)s customers have not given a verdict.", open_) % {
        "n": open_
    } if open_ else ""  # fmt: skip
    return paragraph(told, waiting)


def board_meeting(record: Any, user: Any) -> str:
    """How many items, how many are decided or taken off, and what is left, of those that may be seen."""

    def parts(pk: int) -> list[gathered.Part]:
        items = BoardItem.objects.visible_to(user).filter(meeting=pk).order_by().values("meeting")
        counted = items.annotate(n=Count("pk"), decided=Count("decision"), dropped=Count("pk", filter=~Q(dropped="")))
        return [gathered.values("items", counted, "n", "decided", "dropped")]

    rows = gathered.gather("how far a board meeting is", user, parts, pk=record.pk)["items"]
    there, decided, dropped = rows[0] if rows else (0, 0, 0)
    if not there:
        return _("Nothing is on the agenda yet.")
    if not decided and not dropped:
        return ngettext("%(n)s item is on the agenda.", "%(n)s items are on the agenda.", there) % {"n": there}
    told = {"n": there, "decided": decided, "dropped": dropped, "left": there - decided - dropped}
    if told["left"]:
        return (
            ngettext(
                "%(n)s item is on the agenda; decided: %(decided)s, taken off: %(dropped)s, still open: %(left)s.",
                "%(n)s items are on the agenda; decided: %(decided)s, taken off: %(dropped)s, still open: %(left)s.",
                there,
            )
            % told
        )
    return (
        ngettext(
            "%(n)s item was on the agenda; decided: %(decided)s, taken off: %(dropped)s.",
            "%(n)s items were on the agenda; decided: %(decided)s, taken off: %(dropped)s.",
            there,
        )
        % told
    )


def decision(record: Any, user: Any) -> str:
    """The outcome with its votes, and whether it still holds."""
    votes = f"{record.yes.normalize():f} : {record.no.normalize():f}"
    told = _("%(outcome)s, %(votes)s, %(quorum)s.") % {
        "outcome": record.get_outcome_display(), "votes": votes, "quorum": retold(record.quorum) or _("quorum met"),
    }  # fmt: skip
    later = getattr(record, "superseded_by", None)
    if later is None:
        return paragraph(told)
    if not door.may(user, "view", later):
        return paragraph(told, _("It was superseded by a decision that you may not see."))
    return paragraph(told, _("It was superseded by %(later)s.") % {"later": later})
