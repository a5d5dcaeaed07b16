"""What the program wrote down once, in the operator's language, is told in the reader's; what a person wrote stays."""

import pytest
from django.test import override_settings
from django.utils.translation import ngettext, override

from vincula.kernel.entity import registry
from vincula.kernel.papers import declaration, making
from vincula.kernel.testing import cast
from vincula.kernel.ui import format as shown
from vincula.kernel.ui.jinja import capital
from vincula.portfolio import content, sentences
from vincula.portfolio.actions import boards, phases
from vincula.portfolio.lifecycles import nothing_is_undecided
from vincula.portfolio.retold import COUNTED, ORGANISATIONS, retold
from vincula.portfolio.rules import life
from vincula.portfolio.tests import factories as make
from vincula.portfolio.tests.staged import at_stage

SAID = {
    "In phase “Assessment” since 31 Jul 2026.": "На этапе «Оценка» с 31 июл. 2026\u202fг.",
    "Held by D-2026-04 until 1 Dec 2026.": "Отложено решением D-2026-04 до 1 дек. 2026\u202fг.",
    "New idea. 2 needs of 1 organisation stand behind it.": "Новая идея. За ней стоят 2 потребности (1 организация).",
    "New idea. No need stands behind it yet.": "Новая идея. Потребностей за ней пока нет.",
    "Penetration 12.5\u00a0% is under the least of 15.0\u00a0%.": "Проникновение 12,5\u00a0% ниже минимального (15,0\u00a0%).",
    "Conditions of 3 decisions are late.": "Просрочены условия 3 решений.",
    "quorum met": "кворум есть",
    "customer track 33.3 %; missing: Pilot plan, Needs gathered by visits, surveys and key users, Ours.": (
        "клиентское направление — 33,3 %; не хватает: План пилота, "
        "Потребности собраны: визиты, опросы, ключевые пользователи, Ours."
    ),
}


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("said", SAID)
def test_a_sentence_of_the_program_is_told_in_the_readers_language(said):
    with override("en"):
        assert retold(said) == said
    with override("ru"):
        assert spaced(retold(said)) == spaced(SAID[said])


@override_settings(LANGUAGE_CODE="ru")
def test_it_goes_from_any_language_to_any():
    for english, russian in SAID.items():
        with override("en"):
            assert spaced(retold(russian)) == spaced(english)


@pytest.mark.parametrize(
    "text", ["", "Work goes on.", "In phase “Dream” since always.", "It is being shut down. Twice."]
)
def test_what_a_person_wrote_stays_as_it_is(text):
    with override("fr"):
        assert retold(text) == text


def test_the_share_of_a_track_has_the_decimal_sign_of_the_reader():
    work = [life.Work("Plan", "technical", "done")] + [life.Work(f"Work {n}", "technical", "todo") for n in range(5)]
    with override("ru"):
        assert "16,7" in life.both_tracks_closed(work, {"technical": "техника"})[0]


@pytest.mark.parametrize(
    ("key", "kind", "value", "told"),
    [("until", "date", "2026-03-17", "17 мар. 2026 г."), ("until", "date", "second quarter", "second quarter"),
     ("cost", "number", "310000", "310 000"), ("year", "number", "2027", "2027"), ("covered", "yes", None, "нет"),
     ("kind", "text", "one-off", "Разовые"), ("made", "text", "in-house", "Своими силами"), ("who", "text", "TD", "TD"),
     ("cost", "number", "", "")],
)  # fmt: skip
def test_a_table_of_a_deliverable_reads_as_the_readers_language_writes(key, kind, value, told):
    with override("ru"):
        assert spaced(content.in_words(content.Column(key, key, kind), value)) == told


@pytest.mark.django_db
def test_a_name_in_the_readers_language_stands_under_the_title_alone():
    service = make.service(name="File exchange", names={"de": "Dateiaustausch", "nl": "Uitwisseling", "ru": "Обмен"})
    client = cast.signed_in(cast.alice())
    with override("ru"):
        page = client.get(registry.get("portfolio.service").url(service), headers={"accept-language": "ru"})
    head = page.content.decode().split('class="facts')[1].split("</p>")[0]
    assert "Обмен" in head
    assert "Dateiaustausch" not in head


@pytest.mark.django_db
def test_a_meeting_says_what_became_of_its_items():
    meeting = make.board_meeting(state="open")
    alice = cast.alice()
    assert sentences.board_meeting(meeting, alice) == "Nothing is on the agenda yet."
    make.board_item(meeting=meeting)
    assert sentences.board_meeting(meeting, alice) == "1 item is on the agenda."
    make.board_item(meeting=meeting, dropped="Not now.")
    assert sentences.board_meeting(meeting, alice) == (
        "2 items are on the agenda; decided: 0, taken off: 1, still open: 1."
    )
    meeting.items.update(dropped="Not now.")
    assert sentences.board_meeting(meeting, alice) == "2 items were on the agenda; decided: 0, taken off: 2."


@pytest.mark.django_db
def test_one_sentence_counts_the_items_that_keep_a_meeting_open_and_names_no_service():
    meeting = make.board_meeting(state="open")
    assert nothing_is_undecided(meeting) == []
    for name in ("Archive", "Mail"):
        make.board_item(meeting=meeting, service=make.service(name=name))
    assert [str(said) for said in nothing_is_undecided(meeting)] == [
        "2 items are neither decided nor taken off the agenda."
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "paper"), [("planned", "agenda"), ("closed", "minutes")])
def test_a_meeting_says_when_it_begins_and_leads_to_its_paper(state, paper):
    meeting = make.board_meeting(state=state, place="Room Semois")
    page = cast.signed_in(cast.alice()).get(registry.get("portfolio.boardmeeting").url(meeting)).content.decode()
    head = page.split("<h1")[1].split("</header>")[0]
    assert shown.format_datetime(meeting.at, "full") in head
    assert "Room Semois" in head
    assert f"/papers/{paper}/" in head


@pytest.mark.django_db
def test_a_decision_says_first_what_was_decided_and_then_what_the_board_saw():
    decision = make.decision(text="Go on with it.", seen={"missing": ["No pilot was held."]}, seen_digest="x")
    page = cast.signed_in(cast.alice()).get(registry.get("portfolio.decision").url(decision)).content.decode()
    assert page.index("Go on with it.") < page.index("What the board saw")


@pytest.mark.django_db
def test_options_and_assessments_show_what_their_weights_come_to():
    written = {
        "options": [{"option": "Own", "made": "in-house", "cost": "310000"}],
        "criteria": [{"criterion": "Fit", "weight": "60"}, {"criterion": "Cost", "weight": "40"}],
        "scores": [
            {"option": "Own", "criterion": "Fit", "score": "4"},
            {"option": "Own", "criterion": "Cost", "score": "3"},
        ],
    }
    client = cast.signed_in(cast.alice())
    compared = make.deliverable(content_kind="options", content=written)
    page = client.get(registry.get("portfolio.deliverable").url(compared)).content.decode()
    assert "3.60" in page
    assert "72.0" in page
    assert "310,000" in page
    criteria = [{"criterion": "Fit", "weight": "60", "score": "4"}, {"criterion": "Cost", "weight": "40", "score": "3"}]
    assessed = make.deliverable(content_kind="technology_assessment", content={"criteria": criteria})
    page = client.get(registry.get("portfolio.deliverable").url(assessed)).content.decode()
    assert "Weighted score: 3.60 of 5" in page


@pytest.mark.django_db
def test_an_agenda_printed_later_does_not_ask_of_what_is_decided_what_the_next_phase_lacks():
    alice, service = cast.alice(), at_stage("assessment")
    item = make.board_item(meeting=make.board_meeting(state="open"), service=service, gate=phases.gates(service)[0])
    paper = declaration.find("portfolio.boardmeeting", "agenda", item.meeting, alice)
    missing = capital(str(boards.pre_check(item)[0]))
    assert missing in str(making.tell(paper, item.meeting, user=alice, language="en"))
    make.decision(item=item, service=service, gate=item.gate, board=item.meeting.board, outcome="go", run=None)
    assert missing not in str(making.tell(paper, item.meeting, user=alice, language="en"))


@pytest.mark.parametrize("language", ["ru", "fr", "nl", "de"])
def test_every_sentence_that_counts_is_told_whatever_the_number(language):
    """English says one without its number, and other languages need it for 1, 21, 31 …"""
    for one, many in COUNTED:
        for n in range(1, 32):
            with override("en"):
                told = {"n": n, "organisations": ngettext(*ORGANISATIONS, n) % {"n": n}}
                said = ngettext(one, many, n) % told
            with override(language):
                found = retold(said)
            assert found != said, said
            assert "%" not in found, found
            assert n == 1 or str(n) in found, found
