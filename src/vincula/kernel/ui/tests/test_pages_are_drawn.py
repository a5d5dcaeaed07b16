"""The environment refuses mistakes, escapes what people typed and draws every part."""

from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.test import RequestFactory
from django.utils import translation
from jinja2 import FileSystemBytecodeCache, UndefinedError

from vincula.kernel.ui import jinja, shapes
from vincula.kernel.ui.jinja import environment, icon, static

HEAD = '{% import "ui/parts.html" as ui %}'


@pytest.fixture(scope="module")
def env() -> Any:
    from jinja2 import PackageLoader

    return environment(loader=PackageLoader("vincula.kernel.ui", "jinja2"), bytecode_cache=None)


def draw(env: Any, source: str, **values: Any) -> str:
    return str(env.from_string(HEAD + source).render(**values))


def test_an_unknown_name_is_an_error_and_an_absent_key_is_false(env: Any) -> None:
    with pytest.raises(UndefinedError):
        draw(env, "{% if nobody %}x{% endif %}")
    with pytest.raises(UndefinedError):
        draw(env, "{{ thing.absent }}", thing={})
    assert draw(env, "{% if thing.absent %}x{% else %}y{% endif %}", thing={}).strip() == "y"


def test_what_people_typed_is_escaped_in_every_part(env: Any) -> None:
    evil = '<b onclick="x">'
    parts = [
        "{{ ui.head(e, 3, e, [e, {'text': e, 'url': e}], [{'label': e, 'url': e}]) }}",
        "{{ ui.figs([{'label': e, 'value': e, 'note': e, 'unit': e}]) }}",
        "{{ ui.tabs([{'label': e, 'url': e, 'count': e}]) }}",
        "{{ ui.lines([{'key': e, 'value': e, 'note': e, 'vacant': true}]) }}",
        "{{ ui.reasons([{'tone': 'bad', 'text': e, 'why': e, 'url': e}]) }}",
        "{{ ui.empty(e, e, [{'label': e, 'url': e}]) }}",
        "{{ ui.menu(e, [{'label': e, 'url': e}, {'label': e, 'name': e, 'value': e}]) }}",
        "{{ ui.btn(e, e) }}{{ ui.btn(e, refused=e) }}{{ ui.person(e, e, e) }}{{ ui.tag(e) }}",
        "{{ ui.select_row(1, e) }}{{ ui.th(e, e) }}{{ ui.card(e, e, 1) }}",
        "{{ ui.conflict([{'name': 'n', 'label': e, 'base': e, 'mine': e, 'theirs': e}]) }}",
        "{{ ui.progress('p', 1, 2, e, e) }}{{ ui.sparkline([1, 2], e, 1) }}{{ ui.steps([{'label': e}]) }}",
    ]
    for part in parts:
        html = draw(env, part, e=evil)
        assert "<b onclick" not in html, part
        assert "&lt;b onclick" in html, part


def test_a_constant_is_shown_in_the_language_of_each_reader(env: Any) -> None:
    template = env.from_string("{{ 1234.5|number }}")
    with translation.override("en"):
        assert template.render() == "1,234.5"
    with translation.override("de"):
        assert template.render() == "1.234,5"


def test_compiled_templates_are_not_used_with_filters_of_another_version(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path
    first = jinja._bytecode()
    other = tmp_path / "format.py"
    other.write_text("changed")
    monkeypatch.setattr(jinja.format, "__file__", str(other))
    second = jinja._bytecode()
    assert isinstance(first, FileSystemBytecodeCache)
    assert isinstance(second, FileSystemBytecodeCache)
    assert first.directory != second.directory


def test_a_refused_move_stays_visible_with_its_reason(env: Any) -> None:
    html = draw(env, "{{ ui.btn('Vote go', refused='The impact statement is missing.') }}")
    assert 'aria-disabled="true"' in html
    assert "The impact statement is missing." in html


class Everything(forms.Form):
    text = forms.CharField(help_text="Hint")
    area = forms.CharField(widget=forms.Textarea, required=False)
    pick = forms.ChoiceField(choices=[("a", "A")])
    many = forms.MultipleChoiceField(choices=[("a", "A")], required=False)
    radio = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    boxes = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple, required=False)
    yes = forms.BooleanField(required=False)
    day = forms.DateField(required=False)
    moment = forms.DateTimeField(required=False)
    number = forms.IntegerField(required=False)
    file = forms.FileField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def test_every_widget_has_a_label_and_the_browsers_own_picker(env: Any) -> None:
    html = draw(env, "{{ ui.fields(form) }}", form=Everything(initial={"day": "2026-04-30"}))
    for name in ("text", "area", "pick", "many", "yes", "day", "moment", "number", "file"):
        assert f'for="id_{name}"' in html
    assert html.count("<legend>") == 2
    assert 'type="date"' in html
    assert 'type="datetime-local"' in html
    assert 'for="id_hidden"' not in html
    assert html.count('class="optional"') == 7


def test_an_error_stands_at_its_field_and_in_the_summary(env: Any) -> None:
    form = Everything({"number": "many"})
    html = draw(env, "{{ ui.error_summary(form) }}{{ ui.fields(form) }}", form=form)
    assert 'href="#id_text"' in html
    assert 'aria-describedby="id_text-error id_text-help"' in html
    assert html.count('aria-describedby="id_text') == 1
    assert 'id="id_text-error"' in html
    assert 'aria-invalid="true"' in html
    assert draw(env, "{{ ui.error_summary(form) }}", form=Everything()).strip() == ""


def test_the_pager_says_about_when_it_does_not_know(env: Any) -> None:
    assert "1–50 of about 12,000" in draw(env, "{{ ui.pager(1, 50, 12000, true) }}")
    assert "1–50 of 312" in draw(env, "{{ ui.pager(1, 50, 312) }}")
    assert "None" in draw(env, "{{ ui.pager(0, 0, 0) }}")


def test_a_row_of_boxes_belongs_to_the_bulk_bar(env: Any) -> None:
    html = draw(env, "{{ ui.select_row(7, 'KU Leuven') }}{% call ui.bulk(9, '') %}x{% endcall %}")
    assert 'value="7" form="bulk" aria-label="Select KU Leuven"' in html
    assert 'id="bulk"' in html


def test_an_icon_is_decoration_unless_it_has_a_name() -> None:
    assert 'aria-hidden="true"' in icon("plus")
    assert 'role="img" aria-label="&lt;x"' in icon("plus", "<x")


def test_every_icon_of_the_frame_is_in_the_list() -> None:
    import re

    folder = Path(__file__).parents[1]
    listed = {line for line in (folder / "icons.txt").read_text().split("\n") if line and not line.startswith("#")}
    used = {name for page in folder.rglob("*.html") for name in re.findall(r'icon\("([a-z0-9-]+)"', page.read_text())}
    assert used <= listed


def test_a_static_file_that_was_not_collected_still_has_an_address(settings: Any) -> None:
    assert static("vincula/vincula.css").startswith(settings.STATIC_URL)


def test_a_sparkline_bridges_gaps_and_knows_when_it_misses() -> None:
    drawn = shapes.spark([1, None, 3], 4)
    assert drawn["points"] == "1,17 124,7.7"
    assert drawn["bad"] is True
    assert shapes.spark([])["points"] == ""
    assert shapes.spark([5, 5, 5])["y"] == 10


def test_pages_hold_no_inline_script_or_style() -> None:
    for page in Path(__file__).parents[1].rglob("*.html"):
        text = page.read_text()
        assert "<style" not in text, page
        assert "onclick=" not in text, page
        assert "<script>" not in text, page


def test_an_error_page_says_what_happened_what_was_kept_and_what_to_do(rf: RequestFactory) -> None:
    from vincula.kernel.ui import errors

    for status in errors.WORDS:
        response = errors.page(rf.get("/x", headers={"accept": "text/html"}), status)
        html = response.content.decode()
        assert response.status_code == status
        assert "What was kept" in html
        assert "What to do" in html


def test_a_program_gets_the_error_as_a_line_of_text(rf: RequestFactory) -> None:
    from vincula.kernel.ui import errors

    response = errors.not_found(rf.get("/x", headers={"hx-request": "true"}))
    assert response["Content-Type"].startswith("text/plain")
    assert len(response.content) < 400
