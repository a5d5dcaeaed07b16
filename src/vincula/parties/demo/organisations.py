"""The organisations of the demonstration: a research network's customers, partners and suppliers. All invented."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sketch:
    """One organisation; ``relations`` are (kind, years ago it began, years ago it ended or None)."""

    key: str
    name: str
    acronym: str
    kind: str
    country: str
    region: str
    city: str
    domain: str = ""
    parent: str = ""
    tariff: str = ""
    contact: int = 2  # 0 never contacted … 5 all the time
    relations: tuple[tuple[str, float, float | None], ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    disciplines: tuple[str, ...] = ()
    established: int | None = None
    about: str = ""


def customer(years: float) -> tuple[tuple[str, float, float | None], ...]:
    return (("customer", years, None),)


S = Sketch
SKETCHES: tuple[Sketch, ...] = (
    S("meridian", "Meridian Research Network", "Meridian", "nren", "BE", "Brussels", "Brussels", "meridian.example",
      contact=0, established=1993, names={"fr": "Réseau de recherche Meridian", "nl": "Onderzoeksnetwerk Meridian"},
      about="We connect universities, institutes, hospitals and schools in four countries and run services for them."),
    # Belgium
    S("scheldemond", "Universiteit Scheldemond", "USM", "university", "BE", "Flanders", "Antwerp", "scheldemond.example",
      tariff="A", contact=5, relations=customer(31), established=1876,
      names={"en": "Scheldemond University", "fr": "Université de l'Escaut"}, aliases=("Schelde University",),
      disciplines=("Oceanography", "Medicine", "Law"),
      about="Forty-one thousand students on four sites. Uses Internet access at 2 × 100G, eduroam, certificates and "
      "grid storage; its storage group was the first to fill a plan."),
    S("scheldemond-ict", "Scheldemond ICT Services", "USM-ICT", "business_unit", "BE", "Flanders", "Antwerp",
      "scheldemond.example", parent="scheldemond", contact=3, names={"nl": "ICT-dienst Scheldemond"},
      about="Runs the campus network and is our first line there."),
    S("scheldemond-med", "Scheldemond Faculty of Medicine", "", "business_unit", "BE", "Flanders", "Antwerp",
      "med.scheldemond.example", parent="scheldemond", contact=1, names={"nl": "Faculteit Geneeskunde Scheldemond"}),
    S("scheldemond-marine", "Scheldemond Marine Station", "SMS", "research_institute", "BE", "Flanders", "Ostend",
      "marine.scheldemond.example", parent="scheldemond", contact=2, disciplines=("Oceanography",),
      names={"nl": "Marien Station Scheldemond"}, about="Buoys and sonar; bursts of 8 TB a day in the storm season."),
    S("semois", "Université de la Haute-Semois", "UHS", "university", "BE", "Wallonia", "Bouillon", "uhs.example",
      tariff="A", contact=4, relations=customer(24), established=1921, disciplines=("Forestry", "Materials"),
      names={"en": "Haute-Semois University", "nl": "Universiteit van de Boven-Semois"},
      about="Forestry and materials science; moved all lecture recording to our video service."),
    S("semois-wood", "Laboratoire du bois de la Haute-Semois", "LBHS", "business_unit", "BE", "Wallonia", "Bouillon",
      "bois.uhs.example", parent="semois", contact=1, disciplines=("Materials",)),
    S("dijleland", "Hogeschool Dijleland", "HDL", "university", "BE", "Flanders", "Leuven", "dijleland.example", tariff="B",
      contact=3, relations=customer(12), names={"en": "Dijleland University College"}, established=1995),
    S("zennedal", "Zennedal University Hospital", "ZUH", "hospital", "BE", "Brussels", "Brussels", "zennedal.example",
      tariff="B", contact=4, relations=customer(9), names={"nl": "UZ Zennedal", "fr": "CHU Val de Senne"},
      disciplines=("Medicine", "Genomics"), about="Exchanges imaging with five hospitals; security comes first."),
    S("kempenlab", "Kempen Laboratory for Isotopes", "KLI", "research_institute", "BE", "Flanders", "Geel", "kli.example",
      tariff="B", contact=3, relations=customer(17), disciplines=("Nuclear physics",),
      names={"nl": "Kempens Laboratorium voor Isotopen"}),
    S("ardenne-optique", "Ardenne Optique", "ARDO", "research_institute", "BE", "Wallonia", "Liège", "ardo.example",
      tariff="B", contact=2, relations=customer(6), disciplines=("Photonics",),
      about="A photonics institute that lends us its laboratory for tests of dark fibre."),
    S("polderschool", "Polder School of Nursing", "PSN", "school", "BE", "Flanders", "Diksmuide", "polderschool.example",
      tariff="D", contact=1, relations=customer(3), names={"nl": "Polderschool voor Verpleegkunde"}),
    S("gaume", "Lycée expérimental de la Gaume", "LEG", "school", "BE", "Wallonia", "Virton", "gaume.example", tariff="D",
      contact=1, relations=customer(2)),
    S("archief", "State Archives of Brabant", "SAB", "public_administration", "BE", "Brussels", "Brussels", "sab.example",
      tariff="C", contact=2, relations=customer(8), disciplines=("History",),
      names={"nl": "Staatsarchief van Brabant", "fr": "Archives d'État du Brabant"}),
    S("noordzee", "North Sea Weather Office", "NSWO", "public_administration", "BE", "Flanders", "Ostend", "nswo.example",
      tariff="C", contact=2, relations=(("former", 3, None), ("customer", 15, 3)),
      about="Left when it moved into a shared government network; still asks for time synchronisation."),
    S("leiestreek", "Hogeschool Leiestreek", "HLS", "university", "BE", "Flanders", "Kortrijk", "leiestreek.example",
      contact=2, relations=(("prospect", 0.6, None),), names={"en": "Leiestreek University College"}),
    # Luxembourg
    S("minette", "Minette Institute of Data Science", "MIDS", "research_institute", "LU", "Esch-sur-Alzette", "Esch-sur-Alzette",
      "mids.example", tariff="B", contact=4, relations=customer(11), disciplines=("Data science",),
      names={"fr": "Institut Minette des sciences des données", "de": "Minette-Institut für Datenwissenschaft"},
      about="Trains models on court decisions; asks for storage inside the country."),
    S("moselle-uni", "Université de la Moselle luxembourgeoise", "UML", "university", "LU", "Grevenmacher", "Grevenmacher",
      "uml.example", tariff="A", contact=3, relations=customer(19), names={"en": "University of the Luxembourg Moselle"}),
    S("clinique-sure", "Clinique de la Sûre", "CDS", "hospital", "LU", "Diekirch", "Diekirch", "cds.example", tariff="C",
      contact=2, relations=customer(5)),
    S("sauer", "Sauer Agricultural Station", "SAS", "research_institute", "LU", "Echternach", "Echternach", "sauer.example",
      tariff="C", contact=1, relations=customer(4), names={"de": "Landwirtschaftliche Station Sauer"}),
    S("kirchberg-lab", "Kirchberg Space Optics", "KSO", "company", "LU", "Luxembourg", "Luxembourg", "kso.example",
      tariff="E", contact=2, relations=(("partner", 2, None),), disciplines=("Photonics", "Space")),
    # Netherlands
    S("zuiderzee", "Universiteit Zuiderzee", "UZZ", "university", "NL", "Flevoland", "Lelystad", "uzz.example", tariff="A",
      contact=4, relations=customer(22), names={"en": "Zuiderzee University"}, disciplines=("Hydrology", "Education"),
      about="Builds a digital twin of its lake; needs low delay between three sites."),
    S("zuiderzee-lib", "Zuiderzee University Library", "", "business_unit", "NL", "Flevoland", "Lelystad", "bib.uzz.example",
      parent="zuiderzee", contact=2, names={"nl": "Universiteitsbibliotheek Zuiderzee"}),
    S("veluwe", "Technische Hogeschool Veluwe", "THV", "university", "NL", "Gelderland", "Ede", "thv.example", tariff="B",
      contact=3, relations=customer(13), names={"en": "Veluwe University of Technology"}),
    S("wad", "Wad Field Station", "WFS", "research_institute", "NL", "Friesland", "Harlingen", "wad.example", tariff="C",
      contact=1, relations=customer(7), disciplines=("Ecology",), names={"nl": "Veldstation Wad"}),
    S("ijssel", "IJssel Medical Centre", "IMC", "hospital", "NL", "Overijssel", "Deventer", "imc.example", tariff="B",
      contact=2, relations=customer(4), names={"nl": "Medisch Centrum IJssel"}),
    S("betuwe-museum", "Betuwe Museum of Water", "BMW", "other", "NL", "Gelderland", "Tiel", "watermuseum.example",
      tariff="D", contact=0, relations=customer(1)),
    # France
    S("thierache", "Université de la Thiérache", "UTH", "university", "FR", "Hauts-de-France", "Vervins", "uth.example",
      tariff="A", contact=4, relations=customer(16), disciplines=("Agronomy", "Mathematics"),
      names={"en": "University of Thiérache"}, about="Two campuses joined by our only microwave link; fibre is planned."),
    S("photonique", "Institut lorrain de photonique", "ILP", "research_institute", "FR", "Grand Est", "Nancy", "ilp.example",
      tariff="B", contact=3, relations=customer(10), disciplines=("Photonics",)),
    S("vosges-obs", "Observatoire des Hautes-Vosges", "OHV", "research_infrastructure", "FR", "Grand Est", "Gérardmer",
      "ohv.example", tariff="B", contact=3, relations=(("customer", 8, None), ("partner", 5, None)),
      disciplines=("Astronomy",), about="A telescope array; nightly transfers of 6 TB that may not fail."),
    S("meuse-hosp", "Centre hospitalier de la Meuse", "CHM", "hospital", "FR", "Grand Est", "Verdun", "chm.example",
      tariff="C", contact=1, relations=customer(3)),
    S("ecole-aisne", "École de design de l'Aisne", "EDA", "school", "FR", "Hauts-de-France", "Laon", "eda.example",
      contact=1, relations=(("prospect", 0.3, None),)),
    # Further east, through partner networks
    S("steppe", "Інститут степових досліджень", "ІСД", "research_institute", "UA", "Кіровоградська", "Кропивницький",
      "steppe.example", tariff="P", contact=3, relations=(("partner", 6, None),), disciplines=("Ecology",),
      names={"en": "Institute of Steppe Research", "ru": "Институт степных исследований"},
      about="Moved its data to Grevenmacher in 2022; the return path is planned with us."),
    S("dnister-uni", "Університет Дністровського узбережжя", "УДУ", "university", "UA", "Вінницька", "Могилів-Подільський",
      "dnister.example", contact=2, relations=(("partner", 3, None),), names={"en": "Dnister Shore University"}),
    S("thracian", "Тракийски институт по данни", "ТИД", "research_institute", "BG", "Хасково", "Хасково", "tid.example",
      contact=2, relations=(("partner", 2, None),), names={"en": "Thracian Data Institute"}),
    S("olympos", "Πανεπιστήμιο Ανατολικού Ολύμπου", "ΠΑΟ", "university", "GR", "Πιερία", "Κατερίνη", "pao.example",
      contact=2, relations=(("partner", 4, None),), names={"en": "University of Eastern Olympus"}),
    S("mountain", "მთის კვლევების ინსტიტუტი", "მკი", "research_institute", "GE", "სვანეთი", "მესტია", "mki.example",
      contact=1, relations=(("prospect", 0.8, None),), names={"en": "Institute of Mountain Research"}),
    # Communities, projects, infrastructures, suppliers
    S("tidewater", "TIDEWATER project", "TIDE", "project", "BE", "Flanders", "Ostend", "tidewater.example", contact=3,
      relations=(("customer", 2, None),), disciplines=("Oceanography", "Hydrology"),
      about="Twelve partners measure estuaries; we run their portal login and move their data."),
    S("lowlands-genomes", "Lowlands Genomes", "LG", "research_infrastructure", "NL", "Utrecht", "Utrecht", "lowgen.example",
      contact=3, relations=(("customer", 3, None),), disciplines=("Genomics",)),
    S("digital-heritage", "Digital Heritage Community", "DHC", "community", "BE", "Brussels", "Brussels", contact=2,
      relations=(("customer", 4, None),), disciplines=("History",)),
    S("quantum-delta", "Quantum Links Consortium Office", "QLC", "project", "FR", "Grand Est", "Nancy", "qlc.example",
      contact=1, relations=(("prospect", 0.5, None),), disciplines=("Photonics",)),
    S("lumenet", "Lumenet Fibre", "LMN", "supplier", "BE", "Flanders", "Mechelen", "lumenet.example", contact=3,
      relations=(("supplier", 14, None),), about="Lights two thirds of our backbone; contract until the end of next year."),
    S("oostbit", "Oostbit Systems", "OBS", "supplier", "NL", "Gelderland", "Apeldoorn", "oostbit.example", contact=2,
      relations=(("supplier", 6, None),), about="Routers and their maintenance, four hours on site."),
    S("certiva", "Certiva", "", "supplier", "LU", "Luxembourg", "Luxembourg", "certiva.example", contact=1,
      relations=(("supplier", 3, None),), about="Issues the certificates that we pass on."),
    S("baltia-net", "Baltia Academic Network", "BAN", "nren", "EE", "Tartumaa", "Tartu", "ban.example", contact=2,
      relations=(("partner", 9, None),), names={"et": "Baltia Akadeemiline Võrk"}),
    S("helvenet", "Helvenet", "HVN", "nren", "CH", "Bern", "Bern", "helvenet.example", contact=2,
      relations=(("partner", 12, None),)),
    S("nieuwpoort-lab", "Nieuwpoort Hydraulics Laboratory", "NHL", "research_institute", "BE", "Flanders", "Nieuwpoort",
      "nhl.example", contact=0, relations=(("former", 5, None),), about="Merged into the marine station of Scheldemond."),
)  # fmt: skip

LINKS: tuple[tuple[str, str, str], ...] = (
    ("scheldemond-marine", "related", "tidewater"), ("zuiderzee", "member_of", "lowlands-genomes"),
    ("zennedal", "member_of", "lowlands-genomes"), ("ardenne-optique", "related", "photonique"),
    ("quantum-delta", "related", "photonique"), ("nieuwpoort-lab", "successor", "scheldemond-marine"),
    ("archief", "member_of", "digital-heritage"), ("zuiderzee-lib", "member_of", "digital-heritage"),
    ("steppe", "related", "moselle-uni"),
)  # fmt: skip

GROUPS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("Meridian user council", "MUC", "advisory_board", "Advises on the portfolio and on prices, four times a year.",
     ("scheldemond", "semois", "zuiderzee", "thierache", "minette", "zennedal", "vosges-obs", "dijleland")),
    ("Hospital connectivity group", "HCG", "user_group", "Hospitals that exchange imaging over Meridian.",
     ("zennedal", "clinique-sure", "ijssel", "meuse-hosp", "scheldemond-med")),
    ("TIDEWATER consortium", "TIDE", "consortium", "Twelve partners of the estuary project, five of them here.",
     ("scheldemond-marine", "zuiderzee", "wad", "noordzee", "olympos")),
    ("Identity federation members", "IFM", "association", "Those whose people sign in everywhere with one account.",
     ("scheldemond", "semois", "moselle-uni", "zuiderzee", "veluwe", "thierache", "minette", "dijleland", "olympos")),
    ("Photonics round table", "PRT", "user_group", "Who uses dark fibre and time signals.",
     ("ardenne-optique", "photonique", "kirchberg-lab", "quantum-delta")),
)  # fmt: skip
