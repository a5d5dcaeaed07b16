"""Names of invented people, by the country they are from, and what they do."""

NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "nl": (
        ("Hilde", "Joris", "Annelies", "Wouter", "Griet", "Maarten", "Lotte", "Bram", "Femke", "Sander", "Katrijn", "Ruben",
         "Ilse", "Dries", "Marijke", "Stijn"),
        ("Verbrugghe", "De Wachter", "Van Eeckhout", "Hoornaert", "Van der Linde", "Claeskens", "Boterman", "Terpstra",
         "Van Puyvelde", "Roelandts", "Kuipers", "Zwartveld", "Haverkamp", "De Moor", "Lammertyn", "Vinkenoog"),
    ),
    "fr": (
        ("Élodie", "Thibault", "Nathalie", "Raphaël", "Chloé", "Benoît", "Aurélie", "Damien", "Sophie", "Quentin", "Hélène",
         "Grégoire", "Inès", "Loïc", "Maud", "Adrien"),
        ("Delvaux-Marchal", "Fontenoy", "Grandjean", "Lacroix-Bel", "Montigny", "Pirotte", "Rousselet", "Schoumacher",
         "Tavernier", "Vaillant", "Colson", "Drouart", "Evrard-Petit", "Hennequin", "Jacquemin", "Brasseur"),
    ),
    "lb": (
        ("Claudine", "Luc", "Martine", "Jean-Paul", "Tessy", "Gilles", "Nora", "Tom"),
        ("Weyrich", "Hoffmann-Klein", "Thillen", "Schmartz", "Wagener", "Kieffer", "Reding-Braun", "Steichen-Roth"),
    ),
    "en": (
        ("Sofia", "Ravi", "Maeve", "Jürgen", "Amara", "Tomasz", "Linnea", "Farid", "Priya", "Owen", "Zeynep", "Matteo"),
        ("Lindholm", "Subramaniam", "O'Dwyer", "Hofstetter", "Okonjo", "Wiśniak", "Bergqvist", "Rahimian", "Nairn",
         "Pritchard", "Demirbaş", "Castellani"),
    ),
}  # fmt: skip

# Given name, family name, and both as the person writes them.
NATIVE: dict[str, tuple[tuple[str, str, str], ...]] = {
    "UA": (
        ("Olena", "Kovalchenko", "Олена Ковальченко"), ("Taras", "Vyshnevyi", "Тарас Вишневий"),
        ("Iryna", "Stepova", "Ірина Степова"), ("Mykola", "Bereznyi", "Микола Березний"),
        ("Oksana", "Luhova", "Оксана Лугова"), ("Andrii", "Hontar", "Андрій Гонтар"),
        ("Solomiia", "Kryvenko", "Соломія Кривенко"), ("Bohdan", "Yarovyi", "Богдан Яровий"),
    ),
    "BG": (
        ("Desislava", "Rodopska", "Десислава Родопска"), ("Kaloyan", "Brezhkov", "Калоян Брежков"),
        ("Tsvetelina", "Marichina", "Цветелина Маричина"),
    ),
    "GR": (
        ("Eleni", "Olympiou", "Ελένη Ολυμπίου"), ("Nikos", "Petralias", "Νίκος Πετραλιάς"),
        ("Despina", "Karavaki", "Δέσποινα Καραβάκη"),
    ),
    "GE": (
        ("Nino", "Mtiuli", "ნინო მთიული"), ("Levan", "Kvirkelia", "ლევან კვირკელია"),
    ),
}  # fmt: skip

LANGUAGE_OF = {"BE-Flanders": "nl", "BE-Wallonia": "fr", "BE-Brussels": "fr", "LU": "lb", "NL": "nl", "FR": "fr"}
ZONES = {"UA": "Europe/Kyiv", "BG": "Europe/Sofia", "GR": "Europe/Athens", "GE": "Asia/Tbilisi", "EE": "Europe/Tallinn",
         "LU": "Europe/Luxembourg", "NL": "Europe/Amsterdam", "FR": "Europe/Paris", "CH": "Europe/Zurich"}  # fmt: skip
PHONES = {"BE": "+32 3 555 ", "LU": "+352 555 ", "NL": "+31 20 555 ", "FR": "+33 3 55 55 ", "UA": "+380 44 555 ",
          "BG": "+359 2 555 ", "GR": "+30 21 5555 ", "GE": "+995 32 255 ", "EE": "+372 655 ", "CH": "+41 31 555 "}  # fmt: skip

TITLES = {
    "university": ("Director of ICT", "Network manager", "Head of research data", "Security officer", "Vice-rector for research",
                   "Librarian for open science", "Purchasing officer", "E-learning coordinator", "Systems engineer"),
    "research_institute": ("Head of computing", "Director", "Research software engineer", "Data steward", "Office manager"),
    "hospital": ("Chief information officer", "Network architect", "Data protection officer", "Head of imaging systems"),
    "school": ("Headteacher", "ICT coordinator"),
    "public_administration": ("Head of digital services", "Archivist for digital holdings", "Infrastructure manager"),
    "supplier": ("Account director", "Service manager", "Field engineer"),
    "nren": ("Head of services", "Chief technical officer", "Community manager"),
    "business_unit": ("Head of unit", "Systems engineer", "Data manager"),
    "project": ("Project coordinator", "Data manager", "Work package leader"),
    "research_infrastructure": ("Coordinator", "Head of data operations", "Scientific officer"),
    "community": ("Community coordinator", "Technical lead"),
    "company": ("Managing director", "Engineering lead"),
    "other": ("Director", "ICT coordinator"),
}  # fmt: skip

# Our own people: given name, family name, own script, job title, function codes with FTE, mail name of a user or "".
STAFF = (
    ("Sofia", "Lindqvist-Maes", "", "Account manager, Flanders", (("BRM", "0.80"), ("SCD", "0.20")), "sofia"),
    ("Bart", "De Smedt-Claes", "", "Account manager, Wallonia and France", (("BRM", "0.90"),), "bart"),
    ("Oleg", "Kovalenko-Stein", "Олег Коваленко-Штайн", "Account manager, partners", (("BRM", "0.60"), ("INT", "0.40")), "oleg"),
    ("Femke", "Terpsma", "", "Account manager, Netherlands", (("BRM", "0.80"),), "femke"),
    ("Claudine", "Weyrich-Arendt", "", "Account manager, Luxembourg", (("BRM", "0.70"), ("DM", "0.20")), "claudine"),
    ("Els", "Hoornaert-Pieters", "", "Adviser for schools, Belgium", (("LIA", "0.80"),), "els"),
    ("Jürgen", "Hofstätter", "", "Head of services", (("CSCo", "0.50"), ("SPM", "0.50")), "juergen"),
    ("Amara", "Okonjo-Reyes", "", "Customer relations officer", (("CRO", "1.00"),), "amara"),
    ("Tomasz", "Wiśniacki", "", "Technical consultant, access", (("TCA", "0.80"),), ""),
    ("Linnea", "Bergqvist-Ojala", "", "Technical consultant, identity", (("TCA", "0.60"), ("SEC", "0.30")), "linnea"),
    ("Farid", "Rahimi-Delmotte", "", "Security officer", (("SEC", "0.60"), ("SA", "0.20")), ""),
    ("Priya", "Nairn-Joshi", "", "Service delivery manager", (("DM", "0.70"), ("SO", "0.20")), "priya"),
    ("Owen", "Pritchard-Lowe", "", "Trainer", (("TRN", "0.70"), ("LIA", "0.20")), ""),
    ("Zeynep", "Demirel-Vos", "", "Network engineer", (("DEV", "0.60"), ("TD", "0.20")), "zeynep"),
    ("Matteo", "Castellan", "", "Storage engineer", (("DEV", "0.60"), ("TCA", "0.20")), "matteo"),
    ("Maeve", "O'Dwyer-Flynn", "", "Service portfolio manager", (("SPM", "0.60"),), "maeve"),
)  # fmt: skip

# Those that phase models name (CSCo … SO) are called as they are called there.
IN_LANGUAGES = {  # of the functions that the installation does not begin with: Russian, French, Dutch, German
    "INT": ("Координатор международных связей", "Coordinateur des contacts internationaux", "Coördinator internationale contacten", "Koordination internationaler Kontakte"),
    "DEV": ("Технический разработчик", "Développeur technique", "Technisch ontwikkelaar", "Technische Entwicklung"),
    "BRM": ("Менеджер по работе с организациями", "Responsable de la relation", "Relatiebeheerder", "Betreuung der Einrichtungen"),
    "DM": ("Менеджер исполнения", "Responsable de la livraison", "Leveringsmanager", "Leistungsmanagement"),
    "SEC": ("Специалист по безопасности", "Responsable de la sécurité", "Beveiligingsfunctionaris", "Sicherheitsbeauftragte"),
    "TRN": ("Преподаватель курсов", "Formateur", "Trainer", "Schulung"),
    "LIA": ("Связной с сообществами", "Agent de liaison", "Verbindingspersoon", "Verbindungsperson"),
}  # fmt: skip
FUNCTIONS = (
    ("CSCo", "Customer relations co-ordinator", "0.50", "Leads the unit and answers for the process."),
    ("CRO", "Customer relations officer", "1.50", "Owns the customer track of every service."),
    ("TCA", "Technical customer adviser", "2.00", "Turns what people need into requirements that can be built."),
    ("SCD", "Service content developer", "0.50", "Writes what customers read of a service: texts, manuals, contracts."),
    ("TD", "Technical director", "0.50", "Owns the technical track of every service."),
    ("SPM", "Service project manager", "1.00", "Leads services through their phases and keeps their papers in order."),
    ("SA", "Service administrator", "0.50", "Orders, subscriptions, invoices."),
    ("SO", "Service owner", "0.50", "Answers for a service that runs, and reports on it."),
    ("INT", "International contacts coordinator", "0.50", "Keeps the threads to partner networks."),
    ("DEV", "Technical developer", "2.50", "Builds and changes services."),
    ("BRM", "Business relationship manager", "4.00", "Answers to an organisation for all that we do for it."),
    ("DM", "Delivery manager", "1.50", "Sees that what was promised is delivered."),
    ("SEC", "Security officer", "1.00", "Incidents, certificates, trust between federations."),
    ("TRN", "Trainer", "1.00", "Trains administrators and teachers."),
    ("LIA", "Liaison", "1.00", "Opens doors at communities that do not know us yet."),
)
