"""The business case as parts of a paper and as charts: versions side by side, the years of one, when it breaks even."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vincula.kernel.charts.declaration import Chart, Series
from vincula.kernel.money import CurrencyMismatchError, Money
from vincula.kernel.papers.asking import Asked
from vincula.kernel.papers.tree import Block, Column, Figure, Heading, Note, Paragraph, Picture, Runs, Table
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.jinja import capital
from vincula.portfolio.models import BusinessCase, CostLine, Decision, IncomeLine, Service
from vincula.portfolio.papers.told import Told, frozen, live
from vincula.portfolio.papers.written import prose_of
from vincula.portfolio.queries.cases import sees_every_line
from vincula.portfolio.queries.seen import Seen
from vincula.portfolio.rules import case as rules

MOST = 6  # versions that stand beside one another on a page; the latest


@dataclass
class Version:
    """One version of a case. ``result`` is None without a price, or where the reader does not see every line of it."""

    told: Told
    costs: dict[int, Money] = field(default_factory=dict)
    customers: dict[int, int] = field(default_factory=dict)
    result: rules.Result | None = None

    @property
    def name(self) -> str:
        return self.told.text("name") or _("Version %(n)s") % {"n": self.told.text("number")}

    @property
    def years(self) -> list[int]:
        return sorted(self.costs.keys() | self.customers.keys())

    def worked(self, name: str, text: str, value: object) -> Figure:
        """A figure that was worked out from the lines of the case."""
        return self.told.figure(f":{name}", text, value)


def of(service: Service, asked: Asked) -> list[Version]:
    """The versions of a service's case that the reader may see, in order."""
    found = list(BusinessCase.objects.visible_to(asked.user).filter(service=service).order_by("number", "pk"))
    costs = list(CostLine.objects.visible_to(asked.user).filter(case__in=found).order_by("pk")) if found else []
    income = list(IncomeLine.objects.visible_to(asked.user).filter(case__in=found).order_by("pk")) if found else []
    return versions(asked, found, costs, income, whole=sees_every_line(asked.user, found))


def versions(
    asked: Asked, found: Sequence[BusinessCase], costs: Sequence[CostLine], income: Sequence[IncomeLine], *, whole: bool
) -> list[Version]:
    """The same from what was read already: cases in order, lines that may be seen, and whether these are all of them."""
    listed = live(asked, "portfolio.businesscase", found, "number", "name", "price", "assumptions")
    lines: dict[int, list[rules.CostLine]] = {}
    for row in costs:
        if row.amount is not None:
            lines.setdefault(row.case_id, []).append(_line(row.kind, row.year, row.amount))
    customers: dict[int, dict[int, int]] = {}
    for each in income:
        customers.setdefault(each.case_id, {})[each.year] = each.customers
    return [_worked(told, lines.get(told.pk, []), customers.get(told.pk, {}), whole) for told in listed]


def seen_then(decision: Decision, seen: Seen) -> list[Version]:
    """The versions that the board saw, as they were."""
    kept = decision.seen
    whole = all(len(seen.rows[group]) == len(kept.get(group, ())) for group in ("costs", "income"))
    lines: dict[int, list[rules.CostLine]] = {}
    for cost in frozen(decision, seen, "costs"):
        if (amount := cost.money("amount")) is not None:
            lines.setdefault(cost.values["case"], []).append(_line(cost.text("kind"), cost.values["year"], amount))
    customers: dict[int, dict[int, int]] = {}
    for row in seen.listed("income"):
        customers.setdefault(row["case"], {})[row["year"]] = row["customers"] or 0
    return [
        _worked(told, lines.get(told.pk, []), customers.get(told.pk, {}), whole)
        for told in frozen(decision, seen, "cases")
    ]


def _line(kind: str, year: int, amount: Money) -> rules.CostLine:
    return rules.CostLine("one-off" if kind == "one-off" else "recurring", year, amount)


def _worked(told: Told, lines: Sequence[rules.CostLine], customers: dict[int, int], whole: bool) -> Version:
    price = told.money("price")
    if price is None or not whole:
        return Version(told)
    try:
        return Version(
            told, rules.cost_by_year(lines, price.currency), customers, rules.worked_out(lines, customers, price)
        )
    except CurrencyMismatchError:  # nothing is converted silently: no figure
        return Version(told)


# ── parts of papers ───────────────────────────────────────────────────────────────────────────────────────────────


def blocks(versions: Sequence[Version], level: int = 2) -> list[Block]:
    """Versions side by side, charts, the years of the latest, its assumptions."""
    if not versions:
        return [Paragraph((_("There is no business case yet."),))]
    found: list[Block] = [side_by_side(versions[-MOST:])]
    if len(versions) > MOST:
        found.append(Note((_("Only the latest versions stand here."),)))
    latest = versions[-1]
    if latest.result is None:
        return [*found, Note((_("Cost and income are not told: they cannot be added up for you."),), "warn")]
    found.append(verdict(latest))
    found += [Picture(chart, told=False) for chart in charts(versions[-MOST:])]
    if latest.years:
        found += [years(latest)]
    if said := prose_of(latest.told, "assumptions"):
        found += [Heading(_("Assumptions"), level), *said]
    return found


def verdict(version: Version) -> Note:
    """Whether income covers the cost, in a sentence."""
    result = version.result
    if result is None or result.coverage is None:
        return Note((_("There is no figure yet: it has no costs."),), "warn")
    if result.break_even is None:
        return Note((_("There is no figure yet: it has no customers."),), "warn")
    good = result.result.minor >= 0
    said = _("“%(version)s”: income covers the cost.") if good else _("“%(version)s”: income does not cover the cost.")
    return Note((said % {"version": version.name},), "good" if good else "bad")


def side_by_side(versions: Sequence[Version]) -> Table:
    """A column a version: price, customers, cost, income, coverage, result, break-even price."""
    rows: list[tuple[Runs, ...]] = [
        ((_("Price per customer and year"),), *(_one(v.told.money_figure("price")) for v in versions)),
        ((_("Customers, all years together"),), *(_customers(v) for v in versions)),
        ((_("Cost"),), *(_money(v, "cost") for v in versions)),
        ((_("Income"),), *(_money(v, "income") for v in versions)),
        ((_("Coverage"),), *(_coverage(v) for v in versions)),
        ((_("Result"),), *(_money(v, "result") for v in versions)),
        ((_("Break-even price"),), *(_break_even(v) for v in versions)),
    ]
    heads = (Column("", 2), *(Column(v.name, 1.6, end=True) for v in versions))
    return Table(_("Versions of the business case side by side"), heads, tuple(rows), "")


def _one(figure: Figure | None) -> Runs:
    return (figure or "–",)


def _customers(version: Version) -> Runs:
    if version.result is None:
        return ("–",)
    return (version.worked("customers", shown.format_number(version.result.units), int(version.result.units)),)


def _money(version: Version, name: str) -> Runs:
    if version.result is None:
        return ("–",)
    return _amount(version, name, getattr(version.result, name))


def _amount(version: Version, name: str, value: Money) -> Runs:
    return (version.worked(name, shown.money(value), {"minor": value.minor, "currency": value.currency}),)


def _coverage(version: Version) -> Runs:
    if version.result is None or version.result.coverage is None:
        return (_("no figure"),)
    return (version.worked("coverage", shown.percent(version.result.coverage, 1), str(version.result.coverage)),)


def _break_even(version: Version) -> Runs:
    if version.result is None or version.result.break_even is None:
        return (_("no figure"),)
    price = version.result.break_even
    return (version.worked("break_even", shown.money(price, version.result.cost.currency), str(price)),)


def years(version: Version) -> Table:
    """What is spent and what comes in, year by year, and what is left after each."""
    assert version.result is not None
    price, currency = version.told.money("price"), version.result.cost.currency
    assert price is not None
    rows: list[tuple[Runs, ...]] = []
    left = Money(0, currency)
    for year in version.years:
        cost, customers = version.costs.get(year, Money(0, currency)), version.customers.get(year, 0)
        income = price * customers
        left = left + income - cost
        many = version.worked(f"customers.{year}", shown.format_number(customers), customers)
        told = (
            _amount(version, f"{name}.{year}", m) for name, m in (("cost", cost), ("income", income), ("result", left))
        )
        rows.append(((str(year),), (many,), *told))
    total = (
        (_("Together"),), _customers(version), _money(version, "cost"), _money(version, "income"), _money(version, "result")
    )  # fmt: skip
    heads = (Column(_("Year"), 1), *(Column(title, 1.6, end=True) for title in (
        capital(_("customers")), _("Cost"), _("Income"), _("Result so far")
    )))  # fmt: skip
    return Table(_("%(version)s, year by year") % {"version": version.name}, heads, tuple(rows), "", total)


# ── charts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def charts(versions: Sequence[Version]) -> list[Chart]:
    """How far income covers the cost, version beside version; and when the latest breaks even."""
    counted = [v for v in versions if v.result is not None and v.result.coverage is not None]
    found = [_covered(counted)] if len(counted) > 1 else []  # beside one another
    return [*found, *([when(counted[-1])] if counted and len(counted[-1].years) > 1 else [])]


def _covered(versions: Sequence[Version]) -> Chart:
    shares = [v.result.coverage for v in versions if v.result and v.result.coverage is not None]
    texts = tuple(shown.percent(share, 1) for share in shares)
    told = [_("%(version)s: %(share)s") % {"version": v.name, "share": t} for v, t in zip(versions, texts, strict=True)]
    series = Series(_("Coverage"), tuple(_plain(share) for share in shares), texts)
    return Chart(
        _("How much of the cost does income cover?"), "%", _("version"), _apart([v.name for v in versions]), (series,),
        _("Income covers of the cost: %(shares)s.") % {"shares": "; ".join(told)}, marks=((_("break-even"), 100),),
        decimal=shown.point(), thousands=shown.apart(),
    )  # fmt: skip


def when(version: Version) -> Chart:
    """Cost and income added up over the years of one version: where the lines cross it breaks even."""
    price = version.told.money("price")
    assert version.result is not None
    assert price is not None
    currency = version.result.cost.currency
    cost, income = [Money(0, currency)], [Money(0, currency)]
    for year in version.years:
        cost.append(cost[-1] + version.costs.get(year, Money(0, currency)))
        income.append(income[-1] + price * version.customers.get(year, 0))
    first = next((y for y, c, i in zip(version.years, cost[1:], income[1:], strict=True) if i >= c), None)
    series = tuple(
        Series(name, tuple(_plain(m.amount) for m in values[1:]), tuple(shown.money(m) for m in values[1:]))
        for name, values in ((_("Cost so far"), cost), (_("Income so far"), income))
    )
    return Chart(
        _("%(version)s: when does income cover the cost?") % {"version": version.name}, currency, _("year of the case"),
        tuple(str(year) for year in version.years), series, _crossing(first, len(version.years)), shape="lines",
        decimal=shown.point(), thousands=shown.apart(),
    )  # fmt: skip


def _crossing(first: int | None, many: int) -> str:
    if first is not None:
        return _("Income has covered the cost by the end of year %(year)s.") % {"year": first}
    return ngettext(
        "Income does not cover the cost within %(n)s year.", "Income does not cover the cost within %(n)s years.", many
    ) % {"n": many}  # fmt: skip


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _apart(names: Sequence[str]) -> tuple[str, ...]:
    """Labels of a chart differ: a later version with the same name gets its place."""
    return tuple(name if name not in names[:n] else f"{name} ({n + 1})" for n, name in enumerate(names))
