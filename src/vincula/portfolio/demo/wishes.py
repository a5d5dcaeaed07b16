"""What organisations asked for: needs, their themes, and the ideas that they became part of."""

from vincula.kernel.entity import moving
from vincula.kernel.records import actions
from vincula.portfolio.demo.ground import Ground
from vincula.portfolio.models import Need, Theme

THEMES = (  # key, name, in other languages, description
    ("data", "Keeping and moving data", {"ru": "Хранение и передача данных", "fr": "Garder et déplacer les données", "nl": "Data bewaren en verplaatsen", "de": "Daten bewahren und bewegen"},
     "From the instrument to the vault, and to those who check it ten years later."),
    ("secrets", "Secrets of patients and students", {"ru": "Тайны пациентов и студентов", "fr": "Secrets des patients et des étudiants", "nl": "Geheimen van patiënten en studenten", "de": "Geheimnisse von Patienten und Studierenden"},
     "What may not leave, and how it travels when it must."),
    ("teaching", "Teaching with data", {"ru": "Обучение с данными", "fr": "Enseigner avec les données", "nl": "Onderwijs met data", "de": "Lehre mit Daten"}, ""),
    ("steady", "A network that holds", {"ru": "Надёжная сеть", "fr": "Un réseau qui tient", "nl": "Een netwerk dat het houdt", "de": "Ein Netz, das hält"}, "Attacks, cut fibres, and knowing what is the matter."),
    ("machines", "Machines that answer", {"ru": "Отвечающие машины", "fr": "Des machines qui répondent", "nl": "Machines die antwoorden", "de": "Maschinen, die antworten"}, "Language models and what people do with them."),
    ("field", "Measuring far from home", {"ru": "Измерения вдали от дома", "fr": "Mesurer loin de chez soi", "nl": "Meten ver van huis", "de": "Messen fern von zu Hause"}, ""),
)  # fmt: skip
Wish = tuple[float, str, str, str, int, str, str, str, str]
WISHES: tuple[Wish, ...] = (  # months, title, organisation, theme, weight, service, source, what was said, scoped as
    (-24.4, "Send images to another hospital", "zennedal", "secrets", 5, "SFX", "visit", "We burn discs and give them to a taxi driver.", "Files of 20 GB to a receiver without an account, with a receipt, inside the Union."),
    (-24.4, "Exam papers travel by mail", "scheldemond", "secrets", 4, "SFX", "meeting", "Last year they went to the wrong address.", "A link that expires and can be called back."),
    (-24.3, "Sequencing results are too large for mail", "lowlands-genomes", "data", 5, "SFX", "visit", "We post disks. One was lost.", "500 GB in one piece, resumed after a break, from a script."),
    (-18.2, "One place to hand in large coursework", "dijleland", "secrets", 2, "SFX", "survey", "Everybody uses something else.", ""),
    (-24.5, "Where do finished projects go?", "scheldemond", "data", 5, "RDV", "demand", "The funder asks for ten years; we have a cupboard.", "Ten years, three copies, a number that can be cited."),
    (-24.0, "Data of theses must be found again", "zuiderzee-lib", "data", 4, "RDV", "meeting", "Students leave, disks stay, nobody knows the password.", "A description before taking in; access by the library."),
    (-20.0, "Court decisions stay in the country", "minette", "secrets", 5, "RDV", "visit", "Storage in Luxembourg, or we cannot use it.", "One of the copies in Luxembourg."),
    (-15.5, "Nights of the telescope, for ever", "vosges-obs", "data", 5, "RDV", "visit", "Six terabytes a night; what is processed must stay.", "Taken in by a program, checked every quarter."),
    (-6.0, "Forestry series of forty years", "semois", "data", 3, "RDV", "demand", "Paper first, then floppy disks, then a laptop.", ""),
    (-15.4, "Eighty students, eighty laptops, eighty problems", "dijleland", "teaching", 5, "NBK", "visit", "The first lesson is always installing.", "80 people start within five minutes, in a browser."),
    (-15.1, "Courses on climate data", "scheldemond", "teaching", 4, "NBK", "meeting", "Copying the data takes longer than the lesson.", "Notebooks mount the storage of the project."),
    (-13.0, "A graphics card for a fortnight", "minette", "machines", 4, "NBK", "demand", "We do not want to own one.", "Booked by the hour."),
    (-9.0, "Marks should go back to the course", "veluwe", "teaching", 2, "NBK", "survey", "", ""),
    (-11.8, "Keys between two laboratories", "photonique", "field", 5, "QLK", "visit", "We have the devices for a year and no fibre.", "Dark fibre of 60 km without amplifiers."),
    (-10.0, "What about secrets that must last forty years?", "zennedal", "secrets", 3, "QLK", "meeting", "Auditors asked; we had no answer.", ""),
    (-8.5, "People paste letters into foreign chat programs", "archief", "machines", 5, "LLM", "meeting", "We forbade it. They do it at home now.", "A page behind the federated login; nothing is kept."),
    (-8.1, "Summaries of discharge letters", "ijssel", "machines", 4, "LLM", "visit", "Only if it stays inside.", "Nothing leaves our machines; the model is named on the page."),
    (-7.5, "A model for legal Luxembourgish", "minette", "machines", 4, "LLM", "demand", "Nobody makes one for us.", "Four languages; models can be brought along."),
    (-6.2, "Translation of steppe reports", "steppe", "machines", 3, "LLM", "visit", "", "Ukrainian and English, both ways."),
    (-5.0, "Minutes that write themselves", "thierache", "machines", 2, "LLM", "survey", "If it is allowed.", ""),
    (-5.6, "A lab notebook that auditors believe", "photonique", "data", 4, "ELN", "visit", "Ours is a spreadsheet.", "Pages are signed and dated."),
    (-5.3, "From the bench to the vault", "scheldemond-marine", "data", 3, "ELN", "visit", "We type everything twice.", "Pages are handed on with the data set."),
    (-3.0, "Notes without network", "wad", "field", 4, "ELN", "visit", "There is no network on the mud.", ""),
    (-22.5, "Diplomas checked abroad", "thierache", "teaching", 3, "BCD", "demand", "Embassies ask by fax.", "Checked in a minute, without personal data in public."),
    (-10.8, "Is it the network?", "veluwe", "steady", 4, "NWX", "case", "Every complaint begins with it.", "Delay as users meet it, history of a year."),
    (-10.2, "Help desk needs one lamp", "semois", "steady", 4, "NWX", "visit", "Green or red, nothing else.", "A page for first line."),
    (-9.5, "Numbers for the microwave link", "thierache", "steady", 3, "NWX", "meeting", "", "Loss by the hour."),
    (-2.8, "When both fibres are cut", "zennedal", "steady", 5, "EMR", "visit", "In the drill we had two phones.", "Images and calls for four hours."),
    (-2.5, "The same for the small hospital", "clinique-sure", "steady", 4, "EMR", "meeting", "We are at the end of every cable.", ""),
    (-2.0, "Satellite for the emergency room", "meuse-hosp", "steady", 4, "EMR", "visit", "The other centre has one.", ""),
    (-1.5, "Buoys that report twice a day", "tidewater", "field", 4, "SNS", "visit", "A boat goes out to read them.", "Twelve bytes, twice a day, 30 km off."),
    (-1.2, "Ground water under the polder", "zuiderzee", "field", 3, "SNS", "survey", "Two hundred wells, one bicycle.", ""),
    (-0.7, "Who lends a mass spectrometer?", "sauer", "field", 2, "MAP", "visit", "Ours is broken until spring.", ""),
    (-4.0, "Machine rooms are too warm", "kempenlab", "steady", 2, "", "visit", "Could somebody measure them all?", ""),
    (-0.5, "Signatures for contracts with companies", "moselle-uni", "secrets", 3, "", "meeting", "Three programs, none of them accepted.", ""),
    (-0.3, "Recordings with subtitles", "semois", "teaching", 4, "", "visit", "The law asks for them from autumn on.", "Subtitles in three languages within a day."),
)  # fmt: skip
DECLINED = ("Machine rooms are too warm",)


def themes(g: Ground) -> None:
    """Themes across customers."""
    rows = [Theme(name=name, names=names, description=text) for _k, name, names, text in THEMES]
    g.parties.store(rows)
    g.themes = {row[0]: theme for row, theme in zip(THEMES, rows, strict=True)}


def heard(g: Ground, wish: Wish) -> None:
    """An account manager notes a need; those with a scope are scoped, and added to the idea that they belong to."""
    _months, title, key, theme, weight, code, source, said, scope = wish
    organisation = g.parties.organisations[key]
    who = organisation.steward or g.users["oleg"]
    talk = organisation.interactions.filter(at__lte=g.moment, trashed_at=None).order_by("-at").first()
    need = actions.create(
        Need, who=who, title=title, organisation=organisation, theme=g.themes[theme], weight=weight, source=source,
        person=g.parties.people_of[key][0], description=said, requirement=scope, interaction=talk,
        service=g.services.get(code),
    )  # fmt: skip
    if title in DECLINED:
        moving.move(need, "decline", who=who)
    elif need.service_id:
        moving.move(need, "merge", who=who)
    elif scope:
        moving.move(need, "scope", who=who)
