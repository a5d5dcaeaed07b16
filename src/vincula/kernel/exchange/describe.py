"""Imports in words: summaries, what was recognised, the difference line by line (X3)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vincula.kernel.access import door
from vincula.kernel.entity import reading, registry, relations
from vincula.kernel.entity.declaration import Entity
from vincula.kernel.exchange import asking, gates, parts, staging
from vincula.kernel.exchange import mapping as mappings
from vincula.kernel.exchange import profile as profiles
from vincula.kernel.exchange.encodings import NAMES
from vincula.kernel.exchange.models import ImportLine, ImportRun

State = ImportRun.State
TONES = {
    State.UPLOADED: "none", State.MAPPED: "move", State.CHECKED: "warn", State.APPLYING: "move", State.APPLIED: "good",
    State.UNDOING: "move", State.UNDONE: "none", State.STOPPED: "none", State.FAILED: "bad",
}  # fmt: skip
OUTCOME_TONES = {
    "create": "good", "update": "move", "unchanged": "none", "skip": "none", "question": "warn", "error": "bad",
    "around": "move", "missing": "none",
}  # fmt: skip
CUT = 160


def _entity(run: ImportRun) -> Entity | None:
    return registry.find(run.entity)


def summary(run: ImportRun) -> dict[str, Any]:
    """A line of the list of imports."""
    entity = _entity(run)
    return {
        "pk": run.pk, "name": run.name, "what": entity.plural if entity else run.entity, "who": run.who,
        "at": run.created_at, "state": run.get_state_display(), "tone": TONES[State(run.state)],
        "created": run.counts.get("create", 0), "updated": run.counts.get("update", 0) + run.counts.get("around", 0),
        "errors": run.counts.get("error", 0), "known": bool(run.counts),
    }  # fmt: skip


def heading(run: ImportRun) -> dict[str, Any]:
    """Title, sentence and steps of a run's page."""
    entity = _entity(run)
    profile = profiles.get(run.profile) if run.profile else None
    at = {State.UPLOADED: 0, State.MAPPED: 1, State.CHECKED: 1, State.APPLYING: 2, State.APPLIED: 3, State.UNDOING: 3,
          State.UNDONE: 3}.get(State(run.state), 0)  # fmt: skip
    names = [_("Recognise and map"), _("Look at the difference"), _("Import"), _("Done")]
    return {
        "what": entity.plural if entity else run.entity,
        "profile": str(profile.label) if profile else "",
        "tone": TONES[State(run.state)],
        "steps": [{"label": name, "done": n < at, "current": n == at} for n, name in enumerate(names)],
        "standfirst": standfirst(run, entity),
        "clean": run.state == State.CHECKED and not run.counts.get("error"),
        "work": sum(run.counts.get(key, 0) for key in ("create", "update", "tied", "parts_create", "parts_update")),
        "progress_text": _progress(run),
        "forgotten": not run.file,
    }


def standfirst(run: ImportRun, entity: Entity | None) -> str:
    """The sentence that says how the import stands."""
    if run.state in (State.FAILED, State.STOPPED):
        return run.message
    counts = {key: value for key, value in run.counts.items() if isinstance(value, int)}
    told = {"created": counts.get("create", 0), "updated": counts.get("update", 0) + counts.get("around", 0), "n": counts.get("error", 0),
            "deleted": counts.get("deleted", 0), "restored": counts.get("restored", 0)}  # fmt: skip
    if run.state == State.CHECKED and told["n"]:
        return ngettext(
            "%(n)s line has an error. Nothing is imported before it is mended: an import is all or nothing.",
            "%(n)s lines have errors. Nothing is imported before they are mended: an import is all or nothing.", told["n"],
        ) % told  # fmt: skip
    if run.state == State.CHECKED:
        return " ".join(said for said in (_will(told), _lacking(counts)) if said)
    if run.state == State.APPLIED:
        return _did(told)
    if run.state == State.UNDONE:
        return (
            _("The import was taken back. Records gone: %(deleted)s; back to their former values: %(restored)s.") % told
        )
    return ""


def _parts(counts: dict[str, int]) -> int:
    return counts.get("parts_create", 0) + counts.get("parts_update", 0)


def _lacking(counts: dict[str, int]) -> str:
    """What a file of a whole system does not name, and that nothing becomes of it."""
    n = counts.get("missing", 0)
    return ngettext(
        "%(n)s record that is here is missing in the file; it stays as it is.",
        "%(n)s records that are here are missing in the file; they stay as they are.", n,
    ) % {"n": n} if n else ""  # fmt: skip


def _will(told: dict[str, int]) -> str:
    created, updated = told["created"], told["updated"]
    if created and updated:
        return _("%(created)s records will be new and %(updated)s changed. Nothing has been written yet.") % told
    if created:
        return ngettext("%(created)s record will be new. Nothing has been written yet.",
                        "%(created)s records will be new. Nothing has been written yet.", created) % told  # fmt: skip
    if updated:
        return ngettext("%(updated)s record will change. Nothing has been written yet.",
                        "%(updated)s records will change. Nothing has been written yet.", updated) % told  # fmt: skip
    return _("The file brings nothing that the register does not have already.")


def _did(told: dict[str, int]) -> str:
    created, updated = told["created"], told["updated"]
    if created and updated:
        return _("%(created)s records are new and %(updated)s were changed. All of it can be undone.") % told
    if created:
        return ngettext("%(created)s record is new. It can be undone.",
                        "%(created)s records are new. All of it can be undone.", created) % told  # fmt: skip
    return ngettext("%(updated)s record was changed. It can be undone.",
                    "%(updated)s records were changed. All of it can be undone.", updated) % told  # fmt: skip


def _progress(run: ImportRun) -> str:
    if run.state == State.MAPPED:
        return _("Checking the file. You may leave this page; nothing is written yet.")
    if run.state == State.APPLYING:
        return _("Importing. You may leave this page.")
    return _("Taking the import back. You may leave this page.")


def recognised(run: ImportRun, user: Any) -> dict[str, Any]:
    """The file as it was understood: facts, and its columns with sample values. Raises Unreadable."""
    table = staging.table_of(run)
    sample = table.sample(5)
    entity = registry.get(run.entity)
    fields = mappings.importable(entity)
    columns = []
    for n, header in enumerate(run.headers):
        values = [text for _line, row in sample if (text := _short(row.get(header)))]
        columns.append({"n": n, "header": header, "field": run.mapping.get(header, ""), "values": values[:3]})
    profile = profiles.get(run.profile) if run.profile else None
    blanks = run.options.get("blanks") or ("clear" if "version" in run.mapping.values() else "keep")
    mapped = sum(1 for column in columns if column["field"])
    return {
        "columns": columns,
        "targets": [("id", _("Number of the record")), ("version", _("Version of the record")),
                    *((name, _target_label(f)) for name, f in fields.items())],
        "facts": _facts(run, table.sheet),
        "unmapped": len(columns) - mapped,
        "mapped": mapped,
        "clears": blanks == "clear",
        "create_new": bool(run.options.get("create_new")),
        "about": str(profile.help) if profile else "",
        "asks_new": bool(profile and not profile.creates),
        "choices": asking.told(run, user),
        "asks_doubles": bool(entity.identity),
        "allow_duplicates": bool(run.options.get("allow_duplicates")),
        "asks_states": entity.lifecycle is not None and gates.may_bring(user),
        "states_as_they_are": gates.taken(run.options, user),
        "sample": [[_short(v) for v in list(row.values())[:4]] for _line, row in sample[:3]] if profile else [],
    }  # fmt: skip


def nothing_recognised() -> dict[str, Any]:
    """The same shape for a file that cannot be read any more."""
    return {"columns": [], "targets": [], "facts": [], "unmapped": 0, "mapped": 0, "about": "", "asks_new": False,
            "sample": [], "clears": False, "create_new": False, "asks_states": False, "states_as_they_are": False,
            "asks_doubles": False, "allow_duplicates": False, "choices": []}  # fmt: skip


def _target_label(f: Any) -> str:
    return _("%(label)s (must be filled in)") % {"label": f.label} if f.required else str(f.label)


def _facts(run: ImportRun, sheet: str) -> list[str]:
    names = {
        "csv": _("Separated text"),
        "xlsx": _("Excel"),
        "jsonl": _("JSON lines"),
        "json": _("JSON"),
        "vcard": _("vCard"),
    }
    signs = {"\t": _("tab"), ",": _("comma"), ";": _("semicolon"), "|": _("vertical bar")}
    facts = [names.get(run.form, run.form)]
    if run.encoding:
        facts.append(NAMES.get(run.encoding, run.encoding))
    if run.delimiter:
        facts.append(_("parted by %(sign)s") % {"sign": signs.get(run.delimiter, run.delimiter)})
    if sheet:
        facts.append(_("sheet “%(name)s”") % {"name": sheet})
    return facts


def _short(value: Any) -> str:
    text = " ".join(str(value if value is not None else "").split())
    return f"{text[:CUT]}…" if len(text) > CUT else text


def lines(run: ImportRun, user: Any, shown: str, after: int, per: int) -> dict[str, Any]:
    """One page of the difference, and the tabs that lead to each outcome."""
    every = ImportLine.objects.filter(run=run, extra=False)
    found = dict(every.order_by().values_list("outcome").annotate(n=Count("id")))
    labels = dict(ImportLine.Outcome.choices)
    order = [
        key
        for key in ("error", "question", "create", "update", "around", "skip", "missing", "unchanged")
        if found.get(key)
    ]
    shown = shown if shown in order else (order[0] if order else "")
    rows = list(every.filter(outcome=shown, id__gt=after).order_by("id")[: per + 1])
    return {
        "tabs": [{"label": str(labels[key]).capitalize(), "url": f"?show={key}", "count": found[key], "current": key == shown}
                 for key in order],
        "rows": _described(run, rows[:per], user),
        "next": f"?show={shown}&after={rows[per - 1].pk}" if len(rows) > per else "",
        "shown": shown,
        "figures": _figures(run),
        "kept_edits": run.counts.get("kept_edits", []),
    }  # fmt: skip


def _figures(run: ImportRun) -> list[dict[str, Any]]:
    counts = run.counts
    told = [
        {"label": _("Lines read"), "value": counts.get("read", 0), "note": _("in the file")},
        {"label": _("New"), "value": counts.get("create", 0), "note": _("not in the register before")},
        {"label": _("Changed"), "value": counts.get("update", 0) + counts.get("around", 0), "note": _("from what the register has")},
        {"label": _("Unchanged"), "value": counts.get("unchanged", 0), "note": _("the same already")},
        {"label": _("Left out"), "value": counts.get("skip", 0) + counts.get("question", 0),
         "note": _("a reason stands at each"), "tone": "warn" if counts.get("question") else ""},
    ]  # fmt: skip
    if "missing" in counts:
        told.append(
            {"label": _("Missing"), "value": counts["missing"], "note": _("here, but not in the file; they stay")}
        )
    if n := _parts(counts):
        told.append({"label": _("With them"), "value": n, "note": _("records that belong to those of the file")})
    if counts.get("kept") or counts.get("tied"):
        note = _("%(kept)s more point to what is not here yet and are kept") % {"kept": counts.get("kept", 0)}
        told.append({"label": _("Relations"), "value": counts.get("tied", 0), "note": note})
    elif counts.get("error"):
        told.append(
            {"label": _("Errors"), "value": counts["error"], "note": _("to be mended in the file"), "tone": "bad"}
        )
    return told


def _described(run: ImportRun, rows: list[ImportLine], user: Any) -> list[dict[str, Any]]:
    entity = registry.get(run.entity)
    labels = reading.Labels(user)
    fields = {f.name: f for f in (*entity.editable(), *entity.fields.values())}
    ids = [row.object_id for row in rows if row.object_id]
    visible = door.visible_ids(user, entity.model, ids)
    belonging = parts.of_lines(run, [row.line for row in rows], user)
    told = []
    for row in rows:
        hidden = bool(row.object_id) and row.object_id not in visible and row.outcome != "create"
        changes = (
            [] if hidden else [_change(name, row, fields, labels) for name in sorted(row.values, key=_rank(fields))]
        )
        told.append(
            {
                "line": row.line, "label": "" if hidden else row.label, "outcome": row.get_outcome_display(),
                "tone": OUTCOME_TONES[row.outcome], "messages": [_message(m, fields) for m in row.messages],
                "url": entity.url(row.object_id) if row.object_id and row.object_id in visible else "",
                "changes": [change for change in changes if change and change["before"] != change["after"]][:30], "new": row.outcome == "create",
                "parts": [] if hidden else [_part(each, labels) for each in belonging.get(row.line, ())],
            }
        )  # fmt: skip
    return told


def _part(row: ImportLine, labels: reading.Labels) -> dict[str, Any]:
    """A record that belongs to the line's record: what it is, whether it is new, and what it says."""
    entity = registry.get(row.entity)
    fields = {f.name: f for f in (*entity.editable(), *entity.fields.values())}
    changes = [change for name in sorted(row.values, key=_rank(fields)) if not isinstance(row.values[name], dict)
               and (change := _change(name, row, fields, labels)) and change["before"] != change["after"]]  # fmt: skip
    return {"what": str(entity.name), "label": row.label, "outcome": row.get_outcome_display(),
            "tone": OUTCOME_TONES[row.outcome], "new": row.outcome == "create", "changes": changes}  # fmt: skip


def _rank(fields: dict[str, Any]) -> Any:
    order = {name: n for n, name in enumerate(fields)}
    return lambda name: order.get(name, len(order))


def _change(name: str, row: ImportLine, fields: dict[str, Any], labels: reading.Labels) -> dict[str, str] | None:
    f = fields.get(name)
    if f is None or (row.outcome == "create" and (name in ("owner", "active") or row.values[name] == row.label)):
        return None
    return {
        "label": str(f.label), "before": _plain(row.before.get(name), f, labels), "after": _plain(row.values[name], f, labels),
    }  # fmt: skip


def _plain(value: Any, f: Any, labels: reading.Labels) -> str:
    if value in (None, "", [], {}):
        return "—"
    if isinstance(f.kind, relations.Relation):
        if isinstance(value, dict):
            return _("line %(line)s") % {"line": value.get("line", "")}
        ids = value if isinstance(value, list) else [value]
        labels.want(f.related_model, ids)
        return ", ".join(ref.label if (ref := labels.get(f.related_model, pk)) else "—" for pk in ids)
    if f.kind.name in ("date", "datetime"):
        return str(value)
    return _short(f.kind.told(value, f))


def _message(message: dict[str, str], fields: dict[str, Any]) -> dict[str, str]:
    f = fields.get(message.get("field", ""))
    tone = {"error": "bad", "warning": "warn", "question": "warn"}.get(message["severity"], "none")
    said = message["message"]
    return {"text": _("%(field)s: %(message)s") % {"field": f.label, "message": said} if f else said, "tone": tone}
