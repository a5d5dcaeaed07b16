"""What people talk about: topics with subjects, sentences, outcomes and next steps. ``{…}`` is filled in.

A topic's parts fit each other in any combination, so that six hundred interactions read as different ones.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One topic; ``subject`` names the expertise it belongs to."""

    subject: str
    titles: tuple[str, ...]
    notes: tuple[str, ...]
    outcomes: tuple[str, ...]
    steps: tuple[str, ...]


T = Topic
TOPICS: tuple[Topic, ...] = (
    T("eduroam",
      ("eduroam drops in the library", "Move to certificate-based eduroam", "eduroam for visitors of the open day",
       "Roaming statistics of the quarter"),
      ("Since the new access points came, one in twelve logins is refused at the first try.",
       "{who} suspects the second authentication server, which answers after nine seconds at noon.",
       "They want to move {n} accounts from passwords to certificates before the exams.",
       "The students' union asked for coverage in the tram stop in front of the campus.",
       "Visitors from partner sites came to {n}00 logins in the month, twice as many as a year ago."),
      ("We found a wrong shared secret on the second server; logins are refused no more.",
       "They start with the staff in one building and report after two weeks.",
       "Agreed: nothing changes before the exams are over."),
      ("Send the guide for certificates", "Compare logs of both servers for one day", "Call again after the exams")),
    T("DDoS protection",
      ("Attack of Sunday evening", "DDoS protection: what is filtered and when", "Test of the scrubbing centre",
       "False alarm during the backup window"),
      ("The attack lasted {n} minutes and reached 38 Gb/s; the campus noticed only a slow start page.",
       "{who} asks for a telephone number that is answered at night by somebody who may decide.",
       "The nightly backup looked like an attack and was throttled for {n} minutes.",
       "Their insurer wants to see how fast filtering begins; we measured 74 seconds.",
       "They would like to switch filtering on by themselves, with a limit."),
      ("The backup's addresses are now known and never throttled.",
       "We showed the drill; filtering began after 71 seconds.",
       "They accept automatic filtering from the autumn on."),
      ("Write down who may decide at night", "Repeat the drill in six months", "Send the report of the attack")),
    T("Backbone and access",
      ("Upgrade to 100G", "Second fibre path", "Maintenance window of the ring", "Microwave link in bad weather",
       "Delay between the sites"),
      ("Peak use reached {n} % of the present line on three days of the month.",
       "The second path would enter the building from the river side, so no digger can cut both.",
       "The fibre supplier offers a new route in {n} weeks; the permission of the city is still missing.",
       "{who} needs fewer than four milliseconds between the two data centres.",
       "In heavy rain the microwave link falls to a third of its capacity, exactly when the sensors send most.",
       "They can live without the line on a Sunday morning, never on a weekday."),
      ("Order prepared; the finance department signs next month.",
       "Window fixed for a Sunday from five to eight.",
       "They will dig the last forty metres on their own ground themselves."),
      ("Ask the supplier for a binding date", "Draw the two paths on one map", "Send the price of the larger plan",
       "Announce the window to the users")),
    T("Certificates",
      ("Certificates run out in spring", "Automatic renewal of certificates", "A wildcard certificate was refused",
       "New issuer, new chain"),
      ("They still renew {n} certificates by hand, and forgot two of them last year.",
       "{who} set up automatic renewal for the web servers; the mail servers are left.",
       "The new chain is not known to the old imaging devices.",
       "Researchers ask for certificates that sign documents, with their names in them."),
      ("We gave them the intermediate certificate for the old devices.",
       "Automatic renewal covers nine in ten servers now.",
       "They name one person who answers for certificates."),
      ("List servers without automatic renewal", "Try document signing with five people", "Train the deputy")),
    T("Storage",
      ("Storage full by November", "Cold storage for finished projects", "Restore of a deleted folder",
       "Storage inside the country", "Encrypted storage for health data"),
      ("{n} TB of the plan are used, and it grows by 9 TB a month.",
       "Half of what lies there has not been read for two years.",
       "A student deleted a folder of {n} GB on Friday; it was back on Saturday morning.",
       "The ethics board demands that the keys stay with the institute.",
       "{who} asks what happens to the data when the project and its money end.",
       "Nightly transfers stop when the checksum server is restarted."),
      ("They try cold storage with one finished project.",
       "The folder was restored completely; they wrote thanks.",
       "We wait for the opinion of their lawyers."),
      ("Offer the larger plan", "Show how keys are kept by the customer", "Write a page about the end of projects",
       "Check transfers for two weeks")),
    T("Video and teaching",
      ("Lecture recording before the semester", "Video rooms sound hollow", "Subtitles in two languages",
       "Recordings older than five years"),
      ("{n} rooms are ready, four wait for microphones that the supplier delivers late.",
       "Teachers want to cut recordings without a second program.",
       "Subtitles come out well in French and badly when somebody speaks dialect.",
       "{who} would like students to see recordings for one year only, for reasons of privacy."),
      ("Training for teachers fixed for the week before the semester.",
       "Old recordings are deleted after notice to the teachers.",
       "We lend four microphones until the order arrives."),
      ("Offer two dates for a training", "Lend four microphones", "Draft the notice about old recordings")),
    T("Federated login",
      ("Login for guests of the project", "Attribute for affiliation is empty", "Two factors for administrators",
       "Leaving the old directory"),
      ("{n} guests of the project have no account anywhere and need one that ends by itself.",
       "The portal refuses people whose affiliation is not released; it was forgotten in the new directory.",
       "{who} wants a second factor for everybody who can see grades.",
       "Their directory is replaced in summer; both will run side by side for a month."),
      ("Affiliation is released again; the portal lets people in.",
       "Guests use the common guest service; accounts end after ninety days.",
       "Second factor for administrators first, then for teachers."),
      ("Test the new directory with ten people", "Send the list of attributes that we need", "Plan the weekend of the change")),
    T("Security incidents",
      ("Stolen account used for spam", "Ransomware drill", "Security contact has left", "Vulnerable mail gateway"),
      ("An account was used to send {n}00 mails; it was closed within the hour.",
       "Nobody answered the security address for two days, because {who} had left.",
       "In the drill they found the offline copy of the directory after forty minutes.",
       "The gateway was patched the same evening; logs show no misuse."),
      ("A shared address with three readers now receives incident notices.",
       "They repeat the drill with the hospital next spring.",
       "Passwords of one department were changed."),
      ("Ask who is the new security contact", "Send notes of the drill", "Check the patch after a week")),
    T("Service review",
      ("Review of the quarter", "What the customer plans for next year", "Annual conversation", "Prices of next year"),
      ("They are content with access and storage, and find invoices hard to read.",
       "{who} plans two new buildings and {n} more researchers.",
       "The budget is frozen until the new board is elected.",
       "They would pay for one telephone number instead of four.",
       "The tariff category no longer fits since two schools joined them."),
      ("We keep the meeting every quarter, with numbers sent a week before.",
       "They ask for an offer for one contract instead of three.",
       "Next meeting at their site, with the library."),
      ("Send numbers one week before", "Write a one-page offer", "Ask finance for a readable invoice")),
    T("Data transfer",
      ("Transfers at night fail", "Moving 400 TB once", "Checks after each transfer"),
      ("Transfers of {n} TB fail in one of nine nights, always after two o'clock.",
       "The firewall counts each stream as a connection and runs out of them.",
       "{who} wants a mail only when something went wrong, not each morning.",
       "They have to move everything once, in six weeks, without stopping the telescope."),
      ("The firewall has an exception for the transfer nodes; nine nights without failure so far.",
       "We copy at night and compare by day.",
       "They measure for two weeks before they decide."),
      ("Look at the firewall together", "Borrow a transfer node", "Compare checksums of the first week")),
)  # fmt: skip

# Whole interactions in other languages: (language, kind, subject, notes, outcome).
ELSEWHERE: tuple[tuple[str, str, str, str, str], ...] = (
    ("fr", "call", "Coupure du réseau au laboratoire", "{who} signale une coupure de vingt minutes pendant une mesure. "
     "Le commutateur du sous-sol a redémarré seul ; la pièce est chaude.", "Le commutateur sera remplacé jeudi."),
    ("fr", "visit", "Visite du nouveau centre de données", "Deux salles, une seule arrivée de fibre. {who} souhaite un second "
     "chemin avant l'été et demande le prix d'un tracé par le canal.", "Nous préparons deux variantes chiffrées."),
    ("fr", "meeting", "Enregistrement des cours", "Les enseignants veulent couper eux-mêmes leurs enregistrements. "
     "Les sous-titres sont jugés utiles, surtout en première année.", "Formation prévue la semaine avant la rentrée."),
    ("fr", "email", "Question sur la facture", "La facture mélange l'accès et le stockage ; {who} demande deux lignes "
     "séparées et un numéro de commande.", "Transmis au service financier."),
    ("nl", "call", "Trage opslag op maandag", "{who} ziet elke maandag tussen negen en tien trage leestijden. "
     "Dan start ook de wekelijkse controle van de back-up.", "De controle schuift naar zondagnacht."),
    ("nl", "visit", "Rondgang langs de meetpunten", "Drie van de elf meetpunten hebben geen glasvezel. De meting over 4G stopt "
     "bij storm, precies wanneer zij nodig is.", "Wij vragen een prijs voor twee aansluitingen."),
    ("nl", "meeting", "Jaargesprek met de bibliotheek", "De bibliotheek wil haar scans over vijf jaar nog kunnen lezen. "
     "{who} vraagt wie dan de sleutel heeft.", "Er komt een korte notitie over bewaring."),
    ("nl", "email", "Nieuwe contactpersoon beveiliging", "{who} neemt de meldingen over vanaf volgende maand. "
     "Het oude adres blijft nog een kwartaal bestaan.", "Lijst aangepast."),
    ("ru", "call", "Перенос данных обратно", "{who} спрашивает, когда можно начать обратный перенос 40 ТБ. "
     "Канал через Варшаву свободен только ночью.", "Начинаем с двух каталогов и проверяем контрольные суммы."),
    ("ru", "meeting", "Вход через федерацию", "Сотрудники института не могут войти в портал проекта: не передаётся атрибут "
     "принадлежности. {who} проверит настройки на своей стороне.", "Проверка назначена на среду."),
    ("ru", "email", "Сертификаты для серверов", "Нужны сертификаты для семи серверов. Прежний порядок через бумажное "
     "заявление больше не нужен, {who} получил инструкцию.", "Сертификаты выданы в тот же день."),
    ("uk", "call", "Резервний канал", "{who} просить другий канал до кінця року. Обговорили маршрут через два міста.",
     "Партнерська мережа дасть відповідь за місяць."),
    ("de", "meeting", "Speicher im Land", "{who} braucht Speicher, der das Land nicht verlässt. Die Schlüssel sollen beim "
     "Institut bleiben; der Ethikrat entscheidet im Frühjahr.", "Wir zeigen im nächsten Monat eine Probe."),
)  # fmt: skip

PLACES = ("at their campus", "Brussels, our office", "online", "in the new data centre", "Luxembourg, meeting room 2")
AGENDA = ("Numbers of the quarter", "Open points", "What changed at your side", "What comes next from us", "Contacts and roles",
          "Storage: forecast", "Security: incidents and drills", "Plans of next year", "Any other business")  # fmt: skip
DOCUMENTS = (
    ("contract", "Framework agreement"), ("report", "Service report, last quarter"), ("report", "Report of the attack"),
    ("plan", "Migration plan"), ("presentation", "Slides of the review"), ("minutes", "Minutes of the annual conversation"),
    ("form", "Order form, 100G access"), ("plan", "Customer plan"),
)  # fmt: skip
SUBJECTS: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "Network": (
        ("Backbone and access", {"ru": "Магистраль и доступ", "fr": "Dorsale et accès"}),
        ("eduroam", {}), ("DDoS protection", {"ru": "Защита от DDoS", "fr": "Protection DDoS"}),
        ("Optical transport", {"fr": "Transport optique"}), ("Time synchronisation", {}),
    ),
    "Trust and identity": (
        ("Federated login", {"ru": "Вход через федерацию", "nl": "Federatief inloggen"}),
        ("Certificates", {"ru": "Сертификаты", "fr": "Certificats", "nl": "Certificaten"}),
        ("Security incidents", {"ru": "Инциденты безопасности"}), ("Second factor", {}),
    ),
    "Data": (
        ("Storage", {"ru": "Хранение данных", "fr": "Stockage", "nl": "Opslag"}), ("Data transfer", {"ru": "Передача данных"}),
        ("Research data management", {"fr": "Gestion des données de recherche"}), ("Health data", {}),
    ),
    "Teaching and meeting": (
        ("Video and teaching", {"fr": "Vidéo et enseignement"}), ("Video rooms", {}), ("Training of trainers", {}),
    ),
    "Relations": (
        ("Service review", {}), ("Procurement", {}), ("Hospitals", {}), ("Schools", {}), ("Partner networks", {}),
    ),
}  # fmt: skip
