"""``vincula import`` and ``vincula export``, and the round trip that the contract tests ask for (X1, X3)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from vincula.kernel.entity import registry
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.exchange import export, gates, runs
from vincula.kernel.exchange.limits import Unreadable
from vincula.kernel.exchange.models import ImportLine, ImportRun

MOST_LINES = 1_000  # of each list in the answer


@dataclass
class Report:
    """What an import did, in the shape of architecture.md; ``as_dict`` gives that shape."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    skips: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    proposed: int = 0
    kept_references: int = 0
    tied_relations: int = 0
    waiting_relations: int = 0
    missing: int = 0
    belonging: int = 0  # records of other entities that belong to those of the file: new or changed
    run: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))


def report_of(run: ImportRun) -> Report:
    """The report of a run that was checked or applied. Questions are counted among the skipped."""
    counts = run.counts
    told = ImportLine.objects.filter(run=run, extra=False).exclude(messages=[])
    by_severity: dict[str, list[dict[str, Any]]] = {}
    for line, messages in told.values_list("line", "messages").iterator(500):
        for message in messages:
            kept = by_severity.setdefault(message["severity"], [])
            if len(kept) < MOST_LINES:
                kept.append({"line": line, "field": message["field"], "message": message["message"]})
    return Report(
        read=counts.get("read", 0),
        created=counts.get("create", 0),
        updated=counts.get("update", 0) + counts.get("around", 0),
        unchanged=counts.get("unchanged", 0),
        skipped=counts.get("skip", 0) + counts.get("question", 0),
        errors=by_severity.get("error", []),
        questions=by_severity.get("question", []),
        skips=by_severity.get("skip", []),
        warnings=by_severity.get("warning", []),
        proposed=counts.get("proposed", 0),
        kept_references=counts.get("kept", 0),
        tied_relations=counts.get("tied", 0),
        waiting_relations=counts.get("waiting", 0),
        missing=counts.get("missing", 0),
        belonging=counts.get("parts_create", 0) + counts.get("parts_update", 0),
        run=run.pk,
    )


def entity_called(name: str) -> Entity:
    """The entity by slug or key. Raises LookupError with a sentence."""
    entity = registry.by_slug(name) or registry.find(name)
    if entity is None:
        known = ", ".join(sorted(one.slug for one in registry.all()))
        raise LookupError(_("There is no “%(name)s”; known are: %(known)s.") % {"name": name, "known": known})
    return entity


def administrator(email: str | None = None) -> Any:
    """The person for whom the command works: the one named, else the first administrator. Raises LookupError."""
    users = get_user_model()._default_manager.filter(is_active=True)
    found = (users.filter(email__iexact=email) if email else users.filter(is_superuser=True)).order_by("pk").first()
    if found is None:
        raise LookupError(_("There is no such user.") if email else _("There is no administrator yet."))
    return found


def run_import(
    name: str, path: Path, *, profile: str | None = None, dry_run: bool = False, user: Any = None,
    as_email: str | None = None, create_new: bool = False, mapping: dict[str, str] | None = None,
    states_as_they_are: bool = False, allow_duplicates: bool = False, answers: dict[str, str] | None = None,
) -> tuple[dict[str, Any], int]:  # fmt: skip
    """Import a file into an entity (slug or key). Returns the report and the exit code: 0, or 2 with nothing written."""
    try:
        who = user if user is not None else administrator(as_email)
        run = runs.begin(Path(path), Path(path).name, who=who, entity=entity_called(name), profile=profile or "")
        options = {"create_new": create_new, gates.OPTION: states_as_they_are, "allow_duplicates": allow_duplicates}
        runs.use(run, mapping=mapping, options=options, answers=answers)
    except FileNotFoundError:
        return _refused(_("There is no file %(path)s.") % {"path": path})
    except (Unreadable, PermissionDenied) as error:
        return _refused(str(error))
    except LookupError as error:
        return _refused(str(error.args[0]) if error.args else str(error))
    runs.check(run, who, rehearse=dry_run)
    if run.state == ImportRun.State.CHECKED and not dry_run and not run.counts.get("error"):
        runs.apply(run, who)
    report = report_of(run)
    if run.state in (ImportRun.State.FAILED, ImportRun.State.STOPPED) and not report.errors:
        report.errors.append({"line": 0, "field": "", "message": run.message})
    if report.errors:
        report.created = report.updated = 0
    return {**report.as_dict(), "dry_run": dry_run}, 2 if report.errors else 0


def _refused(sentence: str) -> tuple[dict[str, Any], int]:
    return Report(errors=[{"line": 0, "field": "", "message": sentence}]).as_dict(), 2


def exported(name: str, *, form: str = "csv", user: Any = None) -> Iterable[bytes]:
    """The bytes of a file with all records of an entity that the user may export. Raises LookupError."""
    who = user if user is not None else administrator()
    entity = entity_called(name)
    if form not in export.writers(entity):
        raise LookupError(_("There is no format “%(name)s” for it.") % {"name": form})
    return export.stream(entity, entity.rows(who), who, form=form)


def run_export(name: str, *, form: str = "csv", user: Any = None, target: Path) -> int:
    """Write ``exported`` to a file; returns the bytes. Raises LookupError."""
    with Path(target).open("wb") as file:
        return sum(file.write(chunk) for chunk in exported(name, form=form, user=user))


def undo(run_id: int, user: Any = None) -> dict[str, Any]:
    """Take an import back; returns what went. Raises LookupError."""
    run = ImportRun.objects.filter(pk=run_id, state=ImportRun.State.APPLIED).exclude(file="").first()
    if run is None:
        raise LookupError(_("There is no import with this number that could be undone."))
    runs.undo(run, user if user is not None else administrator())
    return {"deleted": run.counts["deleted"], "restored": run.counts["restored"], "kept": run.counts["kept_edits"]}


def undone_as_text(told: dict[str, Any]) -> str:
    """What the command prints after an undo."""
    line = _("%(deleted)s records went, %(restored)s got their former values.") % told
    return "\n".join([line, *(_("Kept: %(what)s") % {"what": each} for each in told["kept"])])


def round_trip(entity: Entity, user: Any, form: str = "csv") -> dict[str, Any]:
    """Export all records of an entity and import the file again, for real: the report must say "unchanged" throughout."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{entity.slug}.{export.writers(entity)[form].suffix}"
        with path.open("wb") as file:
            for chunk in export.stream(entity, entity.rows(user), user, form=form):
                file.write(chunk)
        run = runs.begin(path, path.name, who=user, entity=entity)
        runs.use(run)
        runs.check(run, user)
        runs.apply(run, user)
    return report_of(run).as_dict()


def as_text(report: dict[str, Any], *, as_json: bool) -> str:
    """What the command prints."""
    if as_json:
        return json.dumps(report, ensure_ascii=False, indent=2)
    lines = [
        _("%(read)s read: %(created)s new, %(updated)s changed, %(unchanged)s unchanged, %(skipped)s left out.")
        % report
    ]
    if report["kept_references"]:
        lines.append(_("%(kept_references)s relations point to what is not here yet; they are kept.") % report)
    if report["belonging"]:
        lines.append(_("%(belonging)s records that belong to them are new or changed.") % report)
    if report["missing"]:
        lines.append(_("%(missing)s that are here are missing in the file; they stay as they are.") % report)
    if report["proposed"]:
        lines.append(_("%(proposed)s are proposed as new; add --create-new to create them.") % report)
    for kind in ("errors", "questions", "warnings"):
        lines += [f"{one['line']}: {one['field']}: {one['message']}".replace(": : ", ": ") for one in report[kind][:50]]
    return "\n".join(lines)
