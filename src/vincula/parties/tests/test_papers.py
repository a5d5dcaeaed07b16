"""The organisation's profile: its figures are those of the API, in five languages, as PDF, DOCX and page."""

import io
import itertools
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from docx import Document
from pypdf import PdfReader

from vincula.kernel import clock
from vincula.kernel.audit.models import AuditEntry
from vincula.kernel.entity import registry
from vincula.kernel.files.models import StoredFile
from vincula.kernel.papers import declaration, making, tree
from vincula.kernel.papers.tests.reading import READ, told
from vincula.kernel.testing import cast
from vincula.kernel.testing.papers import leftovers
from vincula.parties.tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
LANGUAGES = ("en", "ru", "fr", "nl", "de")


@pytest.fixture(autouse=True)
def november():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def ghent(alice):
    """An organisation with people, contacts in eight months and open work."""
    there = factories.organisation(
        name="Ghent University", acronym="UGent", country="BE", city="Ghent", kind="university", established=1817,
        names={"ru": "Гентский университет", "fr": "Université de Gand"}, website="https://www.ugent.be/",
        description="A **large** university.\n\n- storage\n- identity\n\n# Plans\n\nMore of both.", steward=alice,
    )  # fmt: skip
    factories.relation(organisation=there, kind="customer", since=datetime(1995, 3, 1).date())
    hilde = factories.person(given_name="Hilde", family_name="Verbrugghe")
    factories.affiliation(organisation=there, person=hilde, job_title="Head of ICT")
    factories.contact_role(organisation=there, person=hilde, role="technical")
    for n in range(17):
        factories.interaction(
            organisation=there, at=NOW - timedelta(days=14 * n), subject=f"Storage call {n}", outcome="Agreed"
        )
    factories.interaction(organisation=there, at=NOW - timedelta(days=500), subject="Long ago")
    factories.task(organisation=there, title="Send the offer", due=NOW.date())
    factories.meeting(organisation=there, title="Yearly review", at=NOW + timedelta(days=30))
    return there


def profile():
    return next(each for each in declaration.of("parties.organisation") if each.key == "profile")


def status(client, path):
    """The status of an answer that is read to its end."""
    answer = client.get(path)
    b"".join(answer.streaming_content)
    return answer.status_code


def as_json(value):
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def _combinations():
    """Two scripts, a form each; in the deep run every language in both forms."""
    short = {("en", "docx"), ("ru", "pdf")}
    for pair in itertools.product(LANGUAGES, declaration.FORMS):
        yield pytest.param(*pair, marks=[] if pair in short else [pytest.mark.deep])


@pytest.mark.parametrize(("language", "form"), list(_combinations()))
def test_every_figure_stands_in_the_paper_and_is_the_one_of_the_api(ghent, alice, language, form):
    made = making.make(profile(), ghent, user=alice, language=language, form=form)
    client, rows = cast.signed_in(alice), {}
    text = READ[form](made.content)
    found = tree.figures(made.tree)
    assert len(found) > 80
    for figure in found:
        assert told(figure.text) in text, figure
        entity = registry.get(figure.entity)
        if figure.pk is None:
            listed = client.get(f"/api/v1/{entity.slug}/?{figure.query}&limit=200").json()["items"]
            assert figure.value == len(listed) == 17
            continue
        key = (entity.slug, figure.pk)
        rows[key] = rows.get(key) or client.get(f"/api/v1/{entity.slug}/{figure.pk}").json()
        assert as_json(figure.value) == rows[key][figure.field], figure
    assert not leftovers(text)
    assert "Long ago" not in text


def test_the_chart_counts_what_the_api_lists_month_by_month(ghent, alice):
    chart = tree.charts(making.tell(profile(), ghent, user=alice, language="en"))[0]
    listed = cast.signed_in(alice).get(f"/api/v1/interactions/?organisation={ghent.pk}&limit=200").json()["items"]
    months = [f"{2025 + (11 + n) // 12}-{(11 + n) % 12 + 1:02d}" for n in range(12)]
    assert months[-1] == "2026-11"
    assert list(chart.series[0].values) == [sum(each["at"].startswith(month) for each in listed) for month in months]
    assert sum(chart.series[0].values) == 17


@pytest.mark.deep  # kernel/papers asks the same of a small one
def test_the_same_paper_twice_has_the_same_hash_and_a_changed_one_another(ghent, alice):
    for form in ("pdf", "docx"):
        first = making.make(profile(), ghent, user=alice, language="de", form=form)
        with clock.frozen(NOW + timedelta(hours=3)):
            again = making.make(profile(), ghent, user=alice, language="de", form=form)
        assert first.sha256 == again.sha256
    factories.task(organisation=ghent, title="One more")
    assert making.make(profile(), ghent, user=alice, language="de", form="docx").sha256 != first.sha256


def test_the_pdf_is_tagged_archivable_and_carries_its_fonts(ghent, alice):
    reader = PdfReader(io.BytesIO(making.make(profile(), ghent, user=alice, language="ru", form="pdf").content))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ru"
    xmp = root["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in xmp
    assert "pdfaid:part" in xmp
    assert reader.metadata.title == "Профиль – Гентский университет"
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert inner
    assert all({"/FontFile2", "/FontFile3"} & set(one.get_object()) for one in inner)
    assert len(reader.outline) > 4
    kinds = _structure(root["/StructTreeRoot"])
    assert {"/H1", "/Table", "/TH", "/TD", "/Figure", "/L", "/TOC"} <= kinds


def _structure(node):
    """Every kind of tag in a structure tree."""
    found, todo = set(), [node]
    while todo:
        one = todo.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, dict):
            found.add(one.get("/S"))
            below = one.get("/K", [])
            below = below.get_object() if hasattr(below, "get_object") else below
            todo += below if isinstance(below, list) else [below]
    return found


def test_the_word_file_has_contents_repeated_heads_and_running_heads(ghent, alice):
    content = making.make(profile(), ghent, user=alice, language="fr", form="docx").content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert {info.date_time for info in packed.infolist()} == {(2026, 11, 22, 0, 0, 0)}
        body = packed.read("word/document.xml").decode()
    document = Document(io.BytesIO(content))
    assert "TOC \\o" in body
    assert body.count("<w:tblHeader/>") >= 5
    assert "Université de Gand" in document.sections[0].header.paragraphs[0].text
    assert "NUMPAGES" in document.sections[0].footer._element.xml
    assert 'descr="' in body
    assert [p.style.name for p in document.paragraphs].count("Heading 1") == 5


def test_what_one_may_not_see_is_not_in_the_paper_and_the_paper_is_not_for_others(ghent, alice):
    bob = cast.user("bob", ("parties.organisation", "view", "all", []), ("parties.person", "view", "all", []))
    made = making.make(profile(), ghent, user=bob, language="en", form="pdf")
    text = READ["pdf"](made.content)
    assert "Storage call" not in text
    assert "Head of ICT" not in text
    assert "Send the offer" not in text
    assert "Ghent University" in READ["pdf"](making.make(profile(), ghent, user=bob, language="nl", form="pdf").content)
    first = cast.signed_in(alice)
    answer = first.post(
        f"/organisations/{ghent.pk}/papers/", {"paper": "profile", "language": "en", "form": "docx"}, follow=True
    )
    assert "is made." in answer.content.decode()
    file = StoredFile.objects.get()
    assert (file.private, file.uploaded_by, file.object_id) == (True, alice, ghent.pk)
    assert status(first, f"/files/{file.pk}/") == 200
    other = cast.signed_in(bob)
    for path in (f"/files/{file.pk}/", f"/api/v1/organisations/{ghent.pk}/papers/{file.pk}"):
        assert other.get(path).status_code == 404
    assert other.post(f"/organisations/{ghent.pk}/papers/{file.pk}/open/").status_code == 404
    assert other.post(f"/files/{file.pk}/remove/").status_code == 404
    assert file.name not in other.get(f"/organisations/{ghent.pk}/?tab=files").content.decode()
    first.post(f"/organisations/{ghent.pk}/papers/{file.pk}/open/")
    assert status(other, f"/files/{file.pk}/") == 200
    verbs = [
        e.verb for e in AuditEntry.objects.filter(entity="parties.organisation", object_id=ghent.pk).order_by("pk")
    ]
    assert verbs[-2:] == ["made paper", "opened file"]


def test_who_does_not_see_the_organisation_finds_no_paper(ghent, alice):
    carol = cast.signed_in(cast.user("carol"))
    base = f"/organisations/{ghent.pk}/papers/"
    for path in (base, f"{base}profile/", f"{base}profile/charts/0/", f"/api/v1/organisations/{ghent.pk}/papers"):
        assert carol.get(path).status_code == 404, path
    assert carol.post(base, {"paper": "profile"}).status_code == 404
    api = f"/api/v1/organisations/{ghent.pk}/papers"
    assert carol.post(api, {"paper": "profile"}, content_type="application/json").status_code == 404
    alices = cast.signed_in(alice)
    assert alices.get(f"{base}nothing/").status_code == 404
    assert alices.get(f"{base}profile/?language=xx").status_code == 404
    assert alices.post(base, {"paper": "profile", "form": "exe"}).status_code == 404
    assert alices.get(f"{base}profile/charts/9/").status_code == 404
    assert not StoredFile.objects.exists()


def test_the_api_makes_a_paper_once_and_gives_its_bytes(ghent, alice):
    client, base = cast.signed_in(alice), f"/api/v1/organisations/{ghent.pk}/papers"
    assert [each["key"] for each in client.get(base).json()] == ["profile"]
    wanted = {"paper": "profile", "language": "nl", "form": "pdf"}
    first = client.post(base, wanted, content_type="application/json")
    assert first.status_code == 201
    again = client.post(base, wanted, content_type="application/json").json()
    assert again == first.json()
    answer = client.get(first.json()["url"])
    assert answer.content.startswith(b"%PDF")
    assert answer["ETag"] == f'"{first.json()["sha256"]}"'
    assert client.post(base, {"paper": "x"}, content_type="application/json").status_code == 422
    assert client.post(base, {**wanted, "language": "xx"}, content_type="application/json").status_code == 422


def test_the_page_reads_the_same_with_links_to_where_figures_come_from(ghent, alice):
    client = cast.signed_in(alice)
    text = client.get(f"/organisations/{ghent.pk}/papers/profile/?language=ru").content.decode()
    assert "Гентский университет" in text
    assert "Storage call 3" in text
    assert f'href="/interactions/?organisation={ghent.pk}&amp;at__from=2025-12-01"' in text
    assert not leftovers(re.sub(r"<[^>]*>", " ", text))
    picture = client.get(f"/organisations/{ghent.pk}/papers/profile/charts/0/?language=ru")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "script-src 'self'" in picture["Content-Security-Policy"]
    assert picture.content.startswith(b"<svg")
    assert f"/organisations/{ghent.pk}/papers/" in client.get(f"/organisations/{ghent.pk}/").content.decode()
