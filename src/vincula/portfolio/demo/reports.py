"""How the services in operation fare, half-year by half-year, and how two of them end."""

Report = tuple[str, int, str, str, str]  # verdict, score, usage, technical, technology
REPORTS: dict[str, tuple[Report, ...]] = {
    "NET": (("positive", 82, "Traffic grew by a fifth.", "Two cuts, none felt: the second path took over.", "Amplifiers are eight years old."),
            ("positive", 84, "Traffic grew by 17 %.", "One cut, not felt.", "New amplifiers are ordered."),
            ("positive", 88, "The busiest hour fell, because courses are recorded now.", "No cut.", "Half of the amplifiers are new."),
            ("positive", 91, "Traffic grew by 22 %; two campuses went to 200 gigabits.", "One cut of four minutes on one path.", "All amplifiers are new.")),
    "EDU": (("positive", 85, "1.9 million sign-ins of visitors.", "Proxy at its limit on the first day of term.", "Third proxy planned."),
            ("positive", 87, "2.1 million.", "Third proxy in use.", "Old ciphers switched off."), ("positive", 90, "2.3 million; two schools joined.", "No disturbance.", "Profiles for new telephones."),
            ("positive", 90, "2.4 million.", "One hour of slow sign-ins.", "Fine.")),
    "CRT": (("positive", 76, "7,900 certificates.", "Renewal by hand for half of them.", "Automatic renewal is being tried."), ("mixed", 68, "8,300.", "The issuer was away for a day.", "A second issuer is looked for."),
            ("positive", 80, "9,600; two thirds renew themselves.", "No disturbance.", "Second issuer under contract."), ("positive", 84, "11,200.", "No disturbance.", "Lives of certificates shorten next year: automatic renewal is a must.")),
    "FED": (("positive", 83, "96 services more abroad.", "Two sites.", "Second factor for nine institutions."), ("positive", 85, "Sign-ins grew by a third.", "Thirty minutes down at an upgrade.", "Groups are offered."),
            ("positive", 88, "Groups took over the mailing lists.", "Nothing to tell.", "Second factor for fourteen."), ("positive", 89, "412 services.", "Nothing to tell.", "Wallets are watched.")),
    "GST": (("positive", 79, "4.1 PB kept.", "Three disks failed.", "Disks are five years old on average."), ("mixed", 64, "4.6 PB.", "Eleven disks failed in one quarter; nothing was lost.", "Half of the disks are past their life."),
            ("positive", 74, "5.0 PB.", "Old disks replaced.", "Encrypted at rest."), ("mixed", 66, "5.0 PB; two institutes ask for 2 PB more.", "Full to 83 %.", "The price of disks rose by a third.")),
    "VRM": (("positive", 77, "5,100 hours recorded.", "Rooms over 300 people stutter.", "A new bridge is tried."), ("positive", 81, "5,900 hours.", "500 people without a word of complaint.", "New bridge."),
            ("positive", 80, "5,700 hours.", "Two short breaks.", "Subtitles are asked for."), ("positive", 78, "5,600 hours.", "Fine.", "Law asks for subtitles from autumn on.")),
    "TIM": (("positive", 75, "Three laboratories.", "40 nanoseconds, better than promised.", "Source abroad."), ("positive", 75, "Three laboratories.", "40 nanoseconds.", "Source abroad."), ("positive", 74, "Three laboratories.", "One day without the source.", "As before.")),
    "FTP": (("positive", 70, "160 TB fetched.", "Disks are old.", "Browsers no longer speak FTP."), ("mixed", 58, "110 TB fetched.", "Six disks failed.", "Reached over the web only."), ("negative", 38, "61 TB fetched, half of it by two machines.", "38 of 40 disks are past their life.", "What is mirrored has quick homes of its own by now.")),
    "LST": (("negative", 31, "Half of the lists wrote nothing in a year.", "The machine cannot be patched any more.", "Groups of the federated login do the same."),),
    "DDS": (("positive", 86, "Eleven floods washed.", "The longest took 50 minutes.", "Fine."), ("positive", 90, "Nineteen floods.", "None reached a campus.", "Slow attacks are found as well."), ("positive", 92, "Fourteen floods.", "None reached a campus.", "Fine.")),
    "SFX": (("positive", 78, "9,400 files, five institutions.", "One hour down.", "Guests need somebody who vouches: to be built."),),
}  # fmt: skip
RUNNING = {  # text of a deliverable of the phase of operation
    "Status report": "", "Workshop for customers": "Half a day for administrators who use %(name)s, with their own cases. Notes are with the account managers.",
    "Evaluation at the customer's site": "Two customers of %(name)s were visited and watched at work. What they stumble over went to the technical lead.",
}  # fmt: skip
ENDING: dict[str, tuple[int, str, str, str, str]] = {  # months, reason, communication, alternatives, phase-out
    "LST": (6, "The machine cannot be patched any more, and groups do the same with an address.", "A letter to every owner of a list at once, again after three months, and a call in the last.",
            "Groups of the federated login, one for each list, filled from it.", "Archives are handed to their owners; the machine is wiped and given back."),
    "FTP": (6, "Usage fell by two thirds in two years, and the disks are past their life.", "A letter to every contact at once; a note on the mirror itself; calls to those who fetch by machine.",
            "The homes of the archives, reached over the same network; storage by the terabyte for copies of one's own.", "Machines are pointed to the homes; disks are wiped; two racks are freed."),
}  # fmt: skip
