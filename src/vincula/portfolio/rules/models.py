"""Whether a phase model can be lived by."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


def is_sound(phases: Sequence[tuple[int, str, str]], gates: Sequence[tuple[int, int]]) -> list[str]:
    """Sentences against publishing a model of ``phases`` (id, name, stage) in order and ``gates`` (from, to)."""
    if len(phases) < 2:
        return [_("A phase model needs at least two phases.")]
    said = []
    if phases[0][2] != "idea":
        said.append(_("The first phase stands for ideas."))
    if not any(stage == "operation" for _pk, _name, stage in phases):
        said.append(_("No phase stands for operation."))
    if not any(stage == "retired" for _pk, _name, stage in phases):
        said.append(_("No phase stands for retirement: a service could never end."))
    reached, more = {phases[0][0]}, True
    while more:
        new = {target for source, target in gates if source in reached} - reached
        reached |= new
        more = bool(new)
    lost = [name for pk, name, _stage in phases if pk not in reached]
    if lost:
        said.append(_("No gate leads to %(names)s.") % {"names": ", ".join(lost)})
    return said
