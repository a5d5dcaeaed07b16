"""What people found out about the services on their way: the matter of their papers."""

from dataclasses import dataclass

Row = tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Findings about one service. Organisations are named by their key; figures are text, as contents keep them.

    ``scores``: of the five criteria of CRITERIA; ``asks``: (requirement, whose, weight, must); ``ways``: (option, how it
    is made, cost, five scores); ``users``: (organisation, users, from year, how sure); ``pays``: (organisation, price,
    what they said); ``peers``: (peer, service, how, price, lesson); ``costs``: (line, phase, kind, year, money, days);
    ``tests``: (test, result, passed).
    """

    state: str
    chance: str
    scores: Row
    why: Row
    budget: str
    risks: tuple[Row, ...]
    asks: tuple[Row, ...]
    who: str
    ease: str
    ways: tuple[Row, ...] = ()
    advice: str = ""
    users: tuple[Row, ...] = ()
    scope: str = ""
    pays: tuple[Row, ...] = ()
    price: str = ""
    peers: tuple[Row, ...] = ()
    lesson: str = ""
    costs: tuple[Row, ...] = ()
    bought: str = ""
    lots: tuple[Row, ...] = ()
    tests: tuple[Row, ...] = ()
    life: str = ""
    early: Row = ()
    promise: str = ""


CRITERIA = (
    ("Fits our strategy", "30"), ("Demand", "25"), ("Maturity of the technology", "20"), ("People who can run it", "15"), ("Risk", "10"),
)  # fmt: skip
F = Facts
FACTS: dict[str, Facts] = {
    "SFX": F(
        "Three open products do this well; two have been in use at partner networks for more than five years.",
        "Patient images, exam papers and sequencing results leave by foreign file services today, against the rules of those who send them.",
        ("4", "3", "4", "3", "2"),
        ("Data stay under our own law.", "Three organisations asked in one quarter.", "The product that we favour is at release 5.",
         "One engineer knows it; a second has to learn.", "A link that is guessed would be in the newspapers."),
        "One person for seven months, storage of 40 TB: about 170,000 euros in the first year.",
        (("A link reaches the wrong person", "3", "4", "Links expire after 14 days and can be called back."),
         ("Storage fills up before a deadline", "3", "3", "Quota per institution, warning at 80 %.")),
        (("Files of 500 GB arrive whole", "lowlands-genomes", "5", "yes"), ("The receiver needs no account", "zennedal", "5", "yes"),
         ("A receipt says who fetched what, when", "zennedal", "4", "yes"), ("Sends from a script", "scheldemond", "3", "")),
        "Clinicians, administrators of exams, and groups that sequence: about 2,400 people in the first year.",
        "Somebody who has never seen it sends a first file within two minutes, on a phone too.",
        (("Open product, on our storage", "in-house", "291000", "4", "4", "4", "3", "4"), ("Bought as a service in Europe", "outsourced", "405000", "3", "4", "4", "5", "3"),
         ("Every institution by itself", "none", "0", "1", "2", "4", "1", "2")),
        "The open product on our own storage: cheapest over three years, and the data do not leave.",
        (("zennedal", "640", "1", "90"), ("scheldemond", "900", "1", "80"), ("lowlands-genomes", "120", "1", "90"), ("minette", "180", "2", "60"), ("thierache", "420", "2", "50"), ("ijssel", "150", "3", "50")),
        "Six organisations in the first year, twelve in the second, eighteen in the third.",
        (("zennedal", "8500", "Less than one incident costs."), ("scheldemond", "8000", "If students are included."), ("dijleland", "5000", "We would rather share it with others."), ("minette", "9000", "With storage inside the country.")),
        "Between 8,000 and 9,000 a year is accepted by those who send patient or exam data; the small ones want to share.",
        (("Helvenet", "Transfer", "Open product, two engineers", "7200", "Support ends at six in the evening and nobody minds."), ("Baltia Academic Network", "Saada", "Open product, one engineer", "4000", "Guests abuse it unless a sponsor vouches for them.")),
        "Both run the open product. Vouching for guests comes from the start.",
        (("Development, 0.6 of a person", "development", "one-off", "1", "51000", "130"), ("Storage hardware", "development", "one-off", "1", "120000", ""),
         ("Operation", "operation", "recurring", "1", "40000", "45"), ("Operation", "operation", "recurring", "2", "40000", "45"), ("Operation", "operation", "recurring", "3", "40000", "45")),
        "Forty terabytes of disk with five years of maintenance.", (("Disk shelves", "96000"), ("Maintenance, five years", "24000")),
        (("500 GB over a bad line", "Arrived whole after two breaks", "yes"), ("1,000 people at once", "Slow above 800, no loss", "yes"), ("Link called back", "Refused within a second", "yes"), ("Restore of a node", "Three hours and ten minutes", "yes")),
        "Five years on this product, then a new look.", ("zennedal", "scheldemond", "lowlands-genomes", "minette", "thierache"),
        "99.5 % in a year; answers within four working hours; 8,100 euros a year, files kept for 14 days."),
    "RDV": F(
        "Archive software is mature; what differs is how descriptions are written and who checks them.",
        "Funders ask for ten years. Faculties keep disks in cupboards, and every third one cannot be read.",
        ("5", "4", "4", "3", "3"),
        ("It is the first line of our plan.", "Nine organisations, four of them in writing.", "Three products in long use.", "Two engineers and half a data steward.", "A promise of ten years binds our successors."),
        "Two petabytes in three copies: 480,000 euros in three years, people included.",
        (("Nobody describes the data", "4", "4", "A data set enters with a description, or not at all."), ("The promise outlives our budget", "2", "5", "Ten years are paid when the data come in.")),
        (("Kept ten years in three copies", "scheldemond", "5", "yes"), ("Found by a search engine, cited by a number", "zuiderzee-lib", "5", "yes"),
         ("Closed for up to five years, then open", "minette", "4", "yes"), ("Checked against decay every quarter", "vosges-obs", "4", "yes"), ("Fed by the lab notebook", "photonique", "2", "")),
        "Data stewards first, researchers through them: about 60 stewards, 900 data sets a year.",
        "A steward takes in a data set of 2 TB in half an hour of own work.",
        (("Open archive software on our storage", "in-house", "480000", "5", "4", "4", "3", "4"), ("A commercial archive", "outsourced", "760000", "3", "4", "5", "5", "3"), ("Join the archive of a partner network", "shared", "390000", "4", "3", "4", "4", "2")),
        "Our own, with the third copy at a partner network: the best of the first and the third option.",
        (("scheldemond", "300", "1", "90"), ("zuiderzee", "220", "1", "80"), ("minette", "90", "1", "90"), ("vosges-obs", "20", "1", "100"), ("semois", "140", "2", "60"), ("thierache", "120", "2", "50"), ("photonique", "40", "2", "70")),
        "Seven in two years; the others wait for the first report.",
        (("scheldemond", "14000", "If the ten years are included."), ("vosges-obs", "22000", "We pay by the terabyte today, and more."), ("minette", "12000", "Only with a copy in Luxembourg.")),
        "About 140 euros per terabyte and year, the ten years paid at once.",
        (("Helvenet", "Langzeit", "Own software", "155", "Write the description with the researcher, not after."), ("Baltia Academic Network", "Arhiiv", "With the national library", "90", "A library finds what engineers lose.")),
        "Libraries describe, we keep: so we ask libraries to join.",
        (("Software and its adaptation", "development", "one-off", "1", "68000", "160"), ("Three copies, two petabytes", "development", "one-off", "1", "240000", "20"), ("Operation and stewardship", "operation", "recurring", "1", "57000", "140"), ("Operation and stewardship", "operation", "recurring", "2", "57000", "140"), ("Operation and stewardship", "operation", "recurring", "3", "58000", "140")),
        "Two petabytes in two places, a third copy abroad.", (("Disk and tape, Brussels", "140000"), ("Disk, Grevenmacher", "70000"), ("Third copy, abroad", "30000")),
        (("Take in 2 TB", "41 minutes", "yes"), ("Loss of one copy", "Repaired from the others in nine hours", "yes"), ("A description in Ukrainian", "Found by its English words too", "yes"), ("Ten million small files", "Stopped after six hours; packed first, it works", "yes")),
        "Twelve years: ten of keeping, two of taking in.", ("scheldemond", "zuiderzee", "minette", "vosges-obs"),
        "Kept for ten years in three copies; answers within a working day; 140 euros per terabyte and year."),
    "NBK": F(
        "The open product is what most universities abroad use; graphics cards are the only thing that is scarce.",
        "Courses of 80 want the same machine on the same morning, and the storage is here already.",
        ("4", "4", "5", "3", "3"), ("Teaching with data is in the plan of five universities.", "Five universities and one institute.", "Very mature.", "One engineer, and students of two universities.", "A card is old in three years."),
        "Eight cards and two servers: 130,000 euros; half a person.",
        (("Cards stand idle between terms", "4", "3", "Research books them when teaching does not."), ("Mining of coins", "3", "2", "Limits per person, and a look at what runs for days.")),
        (("80 people start within five minutes", "dijleland", "5", "yes"), ("Storage of the project is there", "scheldemond", "4", "yes"), ("A graphics card for two hours", "minette", "4", "yes"), ("Marks go back to the course", "veluwe", "2", "")),
        "Teachers of about 40 courses, 3,000 students, some 200 researchers.", "A student with a link starts without installing anything.",
        (("Open product on our machines", "in-house", "310000", "4", "4", "5", "3", "3"), ("Rented by the hour", "outsourced", "420000", "2", "4", "5", "5", "3")),
        "On our own machines, with rented cards for the two weeks before exams.",
        (("dijleland", "600", "1", "80"), ("scheldemond", "1200", "1", "70"), ("veluwe", "500", "1", "60"), ("minette", "90", "1", "80"), ("zuiderzee", "700", "2", "50")),
        "Five in the first year.",
        (("dijleland", "6000", "That is what two rented months cost."), ("veluwe", "9000", "With cards; 4,000 without."), ("scheldemond", "12000", "For all faculties together.")),
        "Around 9,000 for a university; colleges pay 6,000 at most.",
        (("Helvenet", "Noto", "Own cards, booked by the hour", "9500", "Booking by the hour is what made it work."),), "We take over the booking.",
        (("Cards and servers", "development", "one-off", "1", "130000", "30"), ("Operation, half a person", "operation", "recurring", "1", "60000", "110"), ("Operation, half a person", "operation", "recurring", "2", "60000", "110"), ("Operation, half a person", "operation", "recurring", "3", "60000", "110")),
        "Two servers with four cards each.", (("Servers with cards", "118000"), ("Maintenance, three years", "12000")), promise="Starts within five minutes; 99 % in teaching hours."),
    "QLK": F(
        "Works over 80 km of fibre in the laboratory of a partner; beyond that a trusted room is needed on the way.",
        "Two photonics institutes would lend people and a room; a hospital group asks what it shall do about secrets of decades.",
        ("3", "2", "2", "3", "2"), ("We want to learn it before it is needed.", "Two institutes and one hospital group.", "Devices of two makers do not talk to each other.", "A photonics group helps for two years.", "It may be overtaken by new ciphers."),
        "A pair of devices for two years: 220,000 euros, half of it asked from a project.",
        (("The project is not granted", "3", "4", "Decide again after the answer."), ("A fibre is shared with others", "2", "4", "Dark fibre of our own on both stretches.")),
        (("Keys for two sites, 60 km apart", "photonique", "5", "yes"), ("No change in the encryptors we have", "zennedal", "4", "yes"), ("Students may look at it", "ardenne-optique", "2", "")),
        "Three groups of researchers; the network team of one hospital.", "The hospital sees nothing but a green lamp.",
        (("A pair of devices, rented", "rented", "220000", "3", "3", "2", "3", "3"), ("Wait two years", "none", "0", "2", "1", "4", "4", "4")),
        peers=(("Helvenet", "Schlüssel", "Three sites, with a maker", "0", "The room on the way is what auditors ask about."),), lesson="Ask the auditors first."),
    "LLM": F(
        "Open models of middle size answer as well as paid ones did a year ago; two run on one card each.",
        "Archives, hospitals and registrars use paid models in secret; they ask for one that they may use.",
        ("5", "5", "3", "3", "3"), ("Sensitive text does not leave.", "Seven organisations in half a year.", "Changes every quarter.", "Two engineers learn fast.", "Wrong answers that read well."),
        "Four cards, half a person: 110,000 euros in the first year.",
        (("Answers are believed too much", "4", "3", "Every page says what it is; a course for each institution."), ("Cards are short", "3", "3", "Shared with the notebooks.")),
        (("Prompts are kept nowhere", "archief", "5", "yes"), ("Dutch, French, German, Ukrainian", "minette", "4", "yes"), ("From a program too", "lowlands-genomes", "3", ""), ("A page that says which model answered", "zennedal", "3", "yes")),
        "About 1,500 people in the first half year, most of them in offices.", "It opens after the federated login and asks nothing else."),
    "ELN": F(
        "Two open products; one of them signs pages as auditors want it.",
        "Three institutes buy licences one by one and lose pages when people leave.",
        ("4", "3", "4", "2", "4"), ("It feeds the vault.", "Three institutes.", "In use for ten years elsewhere.", "Nobody of ours knows it.", "Small: pages can be taken along."),
        "A small server, a third of a person: 45,000 euros a year.",
        (("Every laboratory wants it otherwise", "4", "2", "Three patterns, no more."),),
        (("Pages are signed and dated", "photonique", "5", "yes"), ("Hands pages to the vault", "scheldemond-marine", "4", "yes"), ("Works without network at the bench", "wad", "4", "yes")),
        "About 250 researchers in three institutes.", "With gloves on, a photograph lands on the page."),
    "BCD": F(
        "Ledgers work; none of those for diplomas is older than four years, and two have closed.",
        "A signed document with a certificate that we issue already does the same.",
        ("2", "1", "2", "2", "2"), ("Trust between registrars is not a matter of technology.", "One organisation.", "Young, and two have closed.", "Nobody here.", "What is written once stays, errors too."),
        "80,000 euros for a trial, without an end in sight.", (("The ledger closes", "4", "4", "None."),),
        (("A diploma is checked abroad in a minute", "thierache", "4", "yes"), ("No personal data in public", "moselle-uni", "5", "yes")),
        "Registrars of two universities.", "An employer abroad understands the answer."),
    "DDS": F(
        "Washing centres of two makers run at partner networks.", "Two attacks stopped a whole campus for a day each.",
        ("5", "4", "4", "4", "3"), ("Attacks on one stop the others too.", "Nine organisations.", "In long use.", "Two engineers.", "Good traffic may be washed away."),
        "190,000 euros in three years.", (("Good traffic is lost", "3", "4", "Two weeks of listening before washing."),),
        (("Washing begins within a minute", "scheldemond", "5", "yes"), ("The customer sees what was washed", "zennedal", "4", "yes"), ("Nothing but headers is looked at", "minette", "5", "yes")),
        "Network teams of about ten institutions.", "One page, one switch, no manual.",
        costs=(("Washing centre", "development", "one-off", "1", "120000", "60"), ("Operation", "operation", "recurring", "1", "24000", "40"), ("Operation", "operation", "recurring", "2", "24000", "40")),
        bought="One washing centre of 300 Gbit/s.", lots=(("Washing centre", "120000"),),
        tests=(("A flood of 40 Gbit/s", "Washed after 38 seconds", "yes"), ("A slow attack on a login page", "Seen after six minutes", "yes"), ("Good traffic during washing", "0.02 % lost", "yes")),
        life="Six years, then a larger one.", early=("scheldemond", "zennedal", "minette"), promise="Washing begins within one minute; 99.9 % in a year; included in the access for universities."),
    "NWX": F(
        "Probes cost 60 euros and measure well enough.", "People say “the network is slow”, and nobody can say whether it was.",
        ("4", "4", "5", "4", "5"), ("It makes our work visible.", "Six network teams.", "Plain.", "One engineer.", "Nothing breaks if it stops."),
        "9,000 euros and one engineer for a quarter.", (("Probes are unplugged", "4", "1", "They call home; a list says which are silent."),),
        (("Delay as users meet it, not as we do", "veluwe", "5", "yes"), ("History of a year", "thierache", "4", "yes"), ("A page for the help desk", "semois", "4", "yes")),
        "Help desks and network teams.", "A help desk answers “was it the network?” in ten seconds.",
        tests=(("20 probes for a month", "Two silent, eighteen right", "yes"), ("Help desk of three institutions", "Answered 31 of 34 questions", "yes"))),
}  # fmt: skip
