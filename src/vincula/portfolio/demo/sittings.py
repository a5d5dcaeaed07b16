"""The meetings of the board: who was away, what was decided, and why the rest was not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """A decision. ``votes``: one sign for each seat, in their order: y, n, a (abstains), r (recused); those away none.

    ``asks``: conditions (text, user, days); ``waives``: (deliverable, or organisation of a pilot, reason, days);
    ``months``: of a hold, until when; ``instead``: supersedes the decision before.
    """

    service: str
    outcome: str
    text: str
    votes: str = "yyyyy"
    asks: tuple[tuple[str, str, int], ...] = ()
    waives: tuple[tuple[str, str, int], ...] = ()
    months: float | None = None
    instead: bool = False
    notes: str = ""


@dataclass(frozen=True)
class Sitting:
    """One meeting, ``months`` before the next; ``called`` when it was outside the rhythm."""

    months: float
    away: tuple[str, ...]
    said: tuple[Said, ...]
    minutes: str
    called: bool = False


LATER = {  # why an item that nobody decided was taken off the agenda
    "new": "Stays in the inbox until somebody answers for it.",
    "development": "Work goes on; nothing to decide today.",
    "operation": "Heard and noted; nothing to decide.",
    "ending": "Waits until its customers have moved.",
}
SITTINGS: tuple[Sitting, ...] = (
    Sitting(-24, (), (
        Said("LST", "go", "The lists end in six months. Federated login offers groups with an address each; everybody moves by then.",
             notes="Two of the lists have more moderators than members."),
    ), "First meeting of the board in this form. The list of services kept until now was taken over and checked line by line."),
    Sitting(-21, ("bart",), (
        Said("SFX", "go", "Study it. The board wants to see what the small ones would pay.", "yyyny"),
        Said("DDS", "go_with_conditions", "Into operation. The runbook is signed by everybody who is on call.",
             asks=(("The runbook is signed by all who are on call", "femke", 30),), waives=(),
             notes="Washing of good traffic was asked about twice; the figure of the pilot answers it."),
    ), "Oleg sat for Bart. The runbook of the protection is a condition, not a wish."),
    Sitting(-18, ("sofia", "claudine"), (
        Said("BCD", "no_go", "Not here. A signed document with a certificate that we issue already does the same; the board thanks for an honest assessment.", "nn-nn"),
        Said("RDV", "hold", "Wait until the third copy has a home.", "ny-na", months=-15,
             notes="The price of a third copy abroad is an estimate; the letter of the partner has not come."),
    ), "The assessment of diplomas on a blockchain was read in full; it is a model for others, and says no."),
    Sitting(-16.5, (), (
        Said("RDV", "go", "The partner offers a room for the third copy. Build it, and begin with data stewards.", instead=True),
        Said("SFX", "hold", "Revise the price: at 6,000 it covers three quarters of its cost.", "nnyna", months=-15),
    ), "Called early, because the letter about the third copy came and its offer ends this month.", called=True),
    Sitting(-15, ("femke",), (
        Said("SFX", "go", "Develop at 8,100. The scenario with a slow start is accepted as the risk that it is.", "yyy-y"),
    ), "Short meeting. The three versions of the case lay side by side."),
    Sitting(-12, (), (
        Said("NBK", "go", "Study it together with the two universities that offered students.", "yyyyn"),
        Said("GST", "go_with_conditions", "It goes on. The oldest disks are replaced before the summer.",
             asks=(("Disks older than six years are replaced", "juergen", 150), ("A price for 2 PB more is on the table", "sofia", 320)),
             notes="The report is mixed because of eleven failed disks in one quarter."),
    ), "Reports of the services in operation were read; two were discussed."),
    Sitting(-9, ("bart", "amara"), (
        Said("SFX", "go_with_conditions", "Into operation. One verdict is outstanding and one signature is missing.", "y-yyy",
             asks=(("The runbook is signed by the second on call", "bart", 14), ("Guests need a sponsor who vouches for them", "matteo", 250)),
             waives=(("thierache", "Busy with its new fibre; said by telephone that it works.", 90),)),
    ), "The pilot of the file exchange met four of five criteria."),
    Sitting(-7, ("sofia",), (
        Said("NBK", "alternatives", "Look for a price at which colleges come too. The user board advises the same.", "nynan",
             notes="Colleges are half of those who asked, and none of those who would pay."),
    ), "One item, with the advice of the user board.", called=True),
    Sitting(-6, (), (
        Said("FTP", "go", "The mirror ends. Public archives are reached as quickly from their homes; 38 of its 40 disks are past their life.", "yyyyn",
             notes="One member of the board uses it every week and voted so."),
    ), "The plan for the end of the mirror was read, with every customer by name."),
    Sitting(-3, ("femke",), (
        Said("NBK", "hold", "Version two holds its cost from the second year on. Come back with two colleges that sign.", "nny-n", months=0),
        Said("QLK", "go", "Study it, for one year, with the photonics groups. No money before the project is granted.", "yyy-r"),
        Said("NWX", "go", "Let everybody try it.", "yyy-y"),
    ), "Bart's seat was recused from the key links: he sits on the board of the institute that asks."),
    Sitting(-1, ("claudine",), (
        Said("TIM", "hold", "Three laboratories use it. Ask the hospitals once more before it is proposed to end.", "nnnyn", months=0),
    ), "Extraordinary meeting after the letter of the supplier.", called=True),
)  # fmt: skip
