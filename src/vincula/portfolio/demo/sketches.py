"""The services of the demonstration: what they are, who answers for them, and where they stand when it begins."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sketch:
    """One service. ``people``: service owner, project manager, technical lead, customer lead (users by mail name).

    ``begins``: months before the next board meeting at which it was noted; ``stage``: where it stood then. What stood
    further than an idea was taken over from the list that was kept before, ``since`` years ago in that phase.
    """

    code: str
    name: str
    names: dict[str, str]
    tagline: dict[str, str]
    purpose: str
    people: tuple[str, str, str, str]
    begins: float = -24.6
    stage: str = "idea"
    since: float = 0
    goal: str = ""
    reach: tuple[str, str] = ("", "")  # target and least penetration
    utility: str = ""
    warranty: tuple[str, str, str, str] = ("", "", "", "")  # availability, capacity, continuity, security
    website: str = ""
    keywords: tuple[str, ...] = ()
    announced: bool = False
    benefits: str = ""
    life: tuple[int, int] | None = None  # expected, years from the day it is noted


S = Sketch
SKETCHES: tuple[Sketch, ...] = (
    # In operation when the register began
    S("NET", "Internet access", {"ru": "Доступ в интернет", "fr": "Accès à Internet", "nl": "Internettoegang", "de": "Internetzugang"},
      {"en": "Two paths from 1 to 200 gigabits, watched day and night.", "ru": "Два пути от 1 до 200 Гбит/с под круглосуточным надзором.",
       "fr": "Deux chemins de 1 à 200 gigabits, surveillés jour et nuit.", "nl": "Twee paden van 1 tot 200 gigabit, dag en nacht bewaakt.",
       "de": "Zwei Wege von 1 bis 200 Gigabit, Tag und Nacht überwacht."},
      "Connects campuses, hospitals and archives to research networks and to the rest of the world.",
      ("juergen", "maeve", "zeynep", "sofia"), stage="operation", since=19, goal="Every researcher reaches every partner.",
      reach=("95.0", "60.0"), utility="Moves data between sites and partners without counting it.",
      warranty=("99.950", "Upgraded when the busiest hour reaches half of the line", "Second path within 50 ms", "Filters on request within 15 minutes"),
      website="https://www.meridian.example/access", keywords=("backbone", "IP", "uplink")),
    S("EDU", "eduroam", {},
      {"en": "One account, the wireless network of every campus.", "ru": "Одна учётная запись для сети любого кампуса.",
       "fr": "Un seul compte pour le réseau sans fil de tous les campus.", "nl": "Eén account voor het draadloze netwerk van elke campus.",
       "de": "Ein Konto für das Funknetz jedes Campus."},
      "Lets students and staff use the wireless network of any campus with the account of their own.",
      ("linnea", "maeve", "zeynep", "bart"), stage="operation", since=15, reach=("80.0", "40.0"),
      utility="A visitor is online before the coffee is poured.", warranty=("99.900", "60,000 sign-ins an hour", "Three proxies on two sites", "Secrets changed every year"),
      website="https://www.meridian.example/eduroam", keywords=("wifi", "roaming")),
    S("CRT", "Server certificates", {"ru": "Серверные сертификаты", "fr": "Certificats de serveur", "nl": "Servercertificaten", "de": "Serverzertifikate"},
      {"en": "Certificates for every server name you own, renewed by themselves.", "ru": "Сертификаты для всех ваших серверов с автоматическим продлением.",
       "fr": "Des certificats pour tous vos serveurs, renouvelés d’eux-mêmes.", "nl": "Certificaten voor al uw servers, die zichzelf vernieuwen.",
       "de": "Zertifikate für alle Ihre Server, die sich selbst erneuern."},
      "Issues certificates for servers and people, without a bill for each.", ("linnea", "maeve", "linnea", "oleg"),
      stage="operation", since=11, reach=("70.0", "30.0"), utility="No page warns a visitor, no renewal is forgotten.",
      warranty=("99.500", "12,000 certificates a year", "Second issuer under contract", "Keys never leave the customer"), keywords=("TLS", "ACME")),
    S("FED", "Federated login", {"ru": "Федеративный вход", "fr": "Connexion fédérée", "nl": "Federatieve login", "de": "Föderierte Anmeldung"},
      {"en": "Sign in to 400 services with the account of your institution.", "ru": "Вход в 400 сервисов с учётной записью своей организации.",
       "fr": "Se connecter à 400 services avec le compte de son institution.", "nl": "Met het account van uw instelling bij 400 diensten aanmelden.",
       "de": "Mit dem Konto der eigenen Einrichtung bei 400 Diensten anmelden."},
      "Joins the accounts of institutions to the services that researchers use, here and abroad.", ("linnea", "maeve", "linnea", "claudine"),
      stage="operation", since=9, reach=("75.0", "35.0"), utility="People change institution and keep their work.",
      warranty=("99.900", "250 sign-ins a second", "Two sites", "Second factor where a service asks for it"), keywords=("SAML", "identity", "group mail")),
    S("GST", "Grid storage", {"ru": "Грид-хранилище", "fr": "Stockage en grille", "nl": "Gridopslag", "de": "Grid-Speicher"},
      {"en": "Petabytes beside the network, kept twice.", "ru": "Петабайты рядом с сетью, в двух копиях.", "fr": "Des pétaoctets à côté du réseau, en deux copies.",
       "nl": "Petabytes naast het netwerk, tweemaal bewaard.", "de": "Petabytes am Netz, zweifach gehalten."},
      "Keeps the large data of instruments for as long as an experiment runs.", ("matteo", "maeve", "matteo", "sofia"),
      stage="operation", since=7, reach=("40.0", "20.0"), utility="An experiment writes at line speed and finds its data again.",
      warranty=("99.500", "6 PB, 1 PB free", "Second copy 40 km away", "Encrypted at rest since last year"), keywords=("storage", "dCache")),
    S("VRM", "Video rooms", {"ru": "Видеозалы", "fr": "Salles vidéo", "nl": "Videokamers", "de": "Videoräume"},
      {"en": "Meetings and lectures for up to 500, recorded inside Europe.", "ru": "Встречи и лекции до 500 участников с записью в Европе.",
       "fr": "Réunions et cours jusqu’à 500 personnes, enregistrés en Europe.", "nl": "Vergaderingen en colleges tot 500 deelnemers, opgenomen in Europa.",
       "de": "Treffen und Vorlesungen bis 500 Personen, in Europa aufgezeichnet."},
      "Lecture recording and meetings on servers of our own.", ("bart", "bart", "matteo", "claudine"), stage="operation", since=5,
      reach=("50.0", "25.0"), utility="A lecture is online an hour after it ends.",
      warranty=("99.500", "3,000 people at once", "Rooms move to a second site", "No recording leaves our machines"), keywords=("video", "lectures")),
    S("TIM", "Time signal", {"ru": "Сигнал точного времени", "fr": "Signal horaire", "nl": "Tijdsignaal", "de": "Zeitsignal"},
      {"en": "Time from an atomic clock, over fibre.", "ru": "Время атомных часов по оптоволокну.", "fr": "L’heure d’une horloge atomique, par fibre.",
       "nl": "De tijd van een atoomklok, over glasvezel.", "de": "Die Zeit einer Atomuhr über Glasfaser."},
      "Carries a time signal to laboratories that measure in nanoseconds.", ("zeynep", "femke", "zeynep", "bart"), stage="operation", since=4,
      reach=("25.0", ""), utility="Two instruments agree on when something happened.",
      warranty=("99.000", "20 laboratories", "Holds for a day without the source", "One direction only"), keywords=("PTP", "timing")),
    S("FTP", "FTP mirror", {"ru": "Зеркало FTP", "fr": "Miroir FTP", "nl": "FTP-spiegel", "de": "FTP-Spiegel"},
      {"en": "Copies of public archives near you.", "ru": "Копии открытых архивов рядом с вами.", "fr": "Des copies d’archives publiques, près de vous.",
       "nl": "Kopieën van openbare archieven dichtbij.", "de": "Kopien öffentlicher Archive in der Nähe."},
      "Mirrors software and data that others publish.", ("matteo", "maeve", "matteo", "oleg"), stage="operation", since=16,
      reach=("60.0", "45.0"), utility="Large downloads stay inside the country.", warranty=("99.000", "90 TB", "None", "Read only"), keywords=("mirror",)),
    S("LST", "Mailing lists", {"ru": "Списки рассылки", "fr": "Listes de diffusion", "nl": "Mailinglijsten", "de": "Mailinglisten"},
      {"en": "Lists for communities.", "ru": "Списки для сообществ.", "fr": "Des listes pour les communautés.", "nl": "Lijsten voor gemeenschappen.", "de": "Listen für Gemeinschaften."},
      "Ran discussion lists for projects and working groups.", ("linnea", "maeve", "linnea", "oleg"), stage="operation", since=17,
      reach=("40.0", "30.0"), utility="A group writes to one address.", warranty=("99.000", "1,800 lists", "None", "Moderated")),
    S("DDS", "DDoS protection", {"ru": "Защита от DDoS-атак", "fr": "Protection contre les attaques DDoS", "nl": "DDoS-bescherming", "de": "Schutz vor DDoS-Angriffen"},
      {"en": "Attack traffic is washed before it reaches you.", "ru": "Трафик атаки очищается до того, как дойдёт до вас.",
       "fr": "Le trafic d’attaque est lavé avant de vous atteindre.", "nl": "Aanvalsverkeer wordt gewassen voordat het u bereikt.",
       "de": "Angriffsverkehr wird gewaschen, bevor er Sie erreicht."},
      "Finds floods of traffic within a minute and washes them in our backbone.", ("zeynep", "maeve", "zeynep", "sofia"), stage="development", since=0.4,
      goal="Attacks on one do not stop the others.", reach=("60.0", "20.0"), utility="The campus stays reachable while it is under attack.",
      warranty=("99.900", "300 Gbit/s of washing", "Second washing centre under contract", "Only headers are looked at"), keywords=("DDoS", "security")),
    # On their way during the two years
    S("RDV", "Research data vault", {"ru": "Хранилище исследовательских данных", "fr": "Coffre de données de recherche", "nl": "Kluis voor onderzoeksdata", "de": "Tresor für Forschungsdaten"},
      {"en": "Finished data, kept for ten years and found again.", "ru": "Готовые данные хранятся десять лет и находятся снова.",
       "fr": "Les données achevées, gardées dix ans et retrouvées.", "nl": "Afgeronde data, tien jaar bewaard en teruggevonden.", "de": "Abgeschlossene Daten, zehn Jahre bewahrt und wiedergefunden."},
      "Keeps the data of finished projects for ten years, with a description that others can find and cite.", ("matteo", "maeve", "matteo", "claudine"),
      stage="feasibility", since=0.3, goal="Data outlive the project that made them.", reach=("50.0", "20.0"),
      utility="A data set is cited, found and checked ten years later.", warranty=("99.500", "2 PB in the first year", "Three copies in two countries", "Access by the data steward"),
      website="https://vault.meridian.example", keywords=("archive", "FAIR", "research data"), announced=True,
      benefits="One vault for all instead of a shelf of disks in each faculty.", life=(2, 14)),
    S("SFX", "Secure file exchange", {"ru": "Безопасный обмен файлами", "fr": "Échange sécurisé de fichiers", "nl": "Veilige bestandsuitwisseling", "de": "Sicherer Dateiaustausch"},
      {"en": "Send what is too large or too private for mail.", "fr": "Envoyer ce qui est trop gros ou trop privé pour le courriel.",
       "nl": "Verstuur wat te groot of te vertrouwelijk is voor mail.", "de": "Verschicken, was für Mail zu groß oder zu vertraulich ist.", "ru": "Отправка того, что слишком велико или слишком секретно для почты."},
      "Files of any size to anybody, with a link that expires and a receipt.", ("sofia", "bart", "matteo", "sofia"), begins=-24.3,
      goal="Researchers exchange data inside our own law.", reach=("40.0", "12.0"), utility="A file arrives whole, once, at the right person.",
      warranty=("99.500", "40 TB in transit", "Restored within four hours", "Encrypted end to end on request"), website="https://files.meridian.example",
      keywords=("file transfer", "send", "share"), benefits="Ends the use of foreign file services for patient and exam data.", life=(2, 9)),
    S("NBK", "Compute notebooks", {"ru": "Вычислительные блокноты", "fr": "Carnets de calcul", "nl": "Rekennotebooks", "de": "Rechen-Notizbücher"},
      {"en": "Notebooks beside your data, with a graphics card when you need one.", "ru": "Блокноты рядом с данными, с видеокартой по требованию."},
      "Interactive computing in the browser for courses and small projects, next to the storage.", ("claudine", "claudine", "matteo", "femke"), begins=-15.2,
      goal="Teaching data science needs no machine room.", reach=("45.0", "15.0"), keywords=("jupyter", "GPU"), benefits="A course of 80 starts in minutes.", life=(2, 8)),
    S("QLK", "Quantum key links", {"ru": "Квантовые линии ключей", "fr": "Liaisons à clés quantiques", "nl": "Kwantumsleutelverbindingen", "de": "Quantenschlüssel-Verbindungen"},
      {"en": "Keys that show when somebody listens.", "ru": "Ключи, которые выдают подслушивание."},
      "Distributes keys between two sites over dark fibre for those who must keep secrets for decades.", ("bart", "bart", "zeynep", "bart"), begins=-11.6,
      goal="We learn early what will matter late.", reach=("10.0", "4.0"), keywords=("QKD", "photonics"), benefits="Photonics groups get a testbed and hospitals an answer.", life=(4, 15)),
    S("LLM", "Language models of our own", {"ru": "Собственные языковые модели", "fr": "Nos propres modèles de langue", "nl": "Eigen taalmodellen", "de": "Eigene Sprachmodelle"},
      {"en": "Open models on machines that we run.", "ru": "Открытые модели на наших машинах."},
      "Gives staff and researchers a language model whose prompts stay with us.", ("claudine", "juergen", "matteo", "claudine"), begins=-8.4,
      goal="Sensitive text is not sent away.", reach=("50.0", "15.0"), keywords=("AI", "chat"), benefits="Archives and hospitals may try what others already use.", life=(1, 5)),
    S("ELN", "Electronic lab notebook", {"ru": "Электронный лабораторный журнал", "fr": "Cahier de laboratoire électronique", "nl": "Elektronisch labjournaal", "de": "Elektronisches Laborbuch"},
      {"en": "What was done at the bench, signed and dated.", "ru": "Записи лаборатории с подписью и датой."},
      "A shared laboratory notebook that hands its pages to the data vault.", ("femke", "femke", "linnea", "femke"), begins=-5.4,
      goal="Experiments can be repeated.", reach=("30.0", "10.0"), keywords=("ELN", "laboratory"), life=(2, 10)),
    S("BCD", "Diplomas on a blockchain", {"ru": "Дипломы в блокчейне", "fr": "Diplômes sur une chaîne de blocs", "nl": "Diploma's op een blockchain", "de": "Diplome auf einer Blockchain"},
      {"en": "Diplomas that check themselves.", "ru": "Дипломы, которые проверяются сами."},
      "Would register diplomas in a distributed ledger.", ("oleg", "oleg", "linnea", "oleg"), begins=-22.4, goal="Diplomas are believed abroad.", keywords=("diploma",)),
    S("NWX", "Network weather", {"ru": "Погода сети", "fr": "Météo du réseau", "nl": "Netwerkweer", "de": "Netzwetter"},
      {"en": "How the network feels from where you sit.", "ru": "Как работает сеть с вашего места.", "fr": "Comment va le réseau, vu de chez vous.", "nl": "Hoe het netwerk zich bij u voelt.", "de": "Wie sich das Netz bei Ihnen anfühlt."},
      "Shows each institution delay, loss and load as its own users meet them; made in small steps.", ("zeynep", "maeve", "zeynep", "bart"), begins=-10.5,
      reach=("70.0", "30.0"), keywords=("measurement", "perfSONAR"), announced=True),
    S("EMR", "Emergency line for hospitals", {"ru": "Аварийная линия для больниц", "fr": "Ligne de secours pour hôpitaux", "nl": "Noodlijn voor ziekenhuizen", "de": "Notleitung für Krankenhäuser"},
      {"en": "A line that works when nothing else does.", "ru": "Линия, которая работает, когда всё остальное отказало."},
      "Keeps images and calls of hospitals moving when both fibres are cut.", ("femke", "", "", ""), begins=-2.6, keywords=("hospital", "satellite")),
    S("SNS", "Sensor network for estuaries", {"ru": "Сеть датчиков для эстуариев", "fr": "Réseau de capteurs pour estuaires", "nl": "Sensornetwerk voor estuaria", "de": "Sensornetz für Mündungen"},
      {"en": "Small messages from far buoys.", "ru": "Короткие сообщения с дальних буёв."},
      "Collects readings of buoys and pumps by long-range radio and hands them to projects.", ("sofia", "sofia", "", ""), begins=-1.4, keywords=("LoRa", "estuary")),
    S("MAP", "Map of instruments", {"ru": "Карта приборов", "fr": "Carte des instruments", "nl": "Instrumentenkaart", "de": "Karte der Geräte"},
      {"en": "Who has which instrument, and when it is free.", "ru": "У кого какой прибор и когда он свободен."},
      "Would show instruments that institutions lend each other.", ("oleg", "", "", ""), begins=-0.6, keywords=("sharing",)),
)  # fmt: skip
BY_CODE = {s.code: s for s in SKETCHES}
