"""What a browser would send: the fields of a form as they stand in a page."""

from html.parser import HTMLParser
from typing import Any


class _Forms(HTMLParser):
    """Collects what each form of a page would send, by its address."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, list[str]]] = {}
        self._fields: dict[str, list[str]] | None = None
        self._name = ""  # of the select or text area that is open
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = self.forms.setdefault(given.get("action", ""), {})
        elif self._fields is None:
            return
        elif tag == "input":
            self._input(given)
        elif tag == "select":
            self._name = given.get("name", "")
        elif tag == "option" and "selected" in given and self._name:
            self._fields.setdefault(self._name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._name, self._text = given.get("name", ""), []

    def _input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        unticked = kind in ("checkbox", "radio") and "checked" not in given
        if self._fields is not None and name and not unticked and kind not in ("submit", "button", "file", "reset"):
            self._fields.setdefault(name, []).append(given.get("value", "on" if kind == "checkbox" else ""))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None and self._fields is not None:
            self._fields.setdefault(self._name, []).append("".join(self._text).removeprefix("\n"))
            self._text = None
        elif tag == "select":
            self._name = ""
        elif tag == "form":
            self._fields = None


def fields(response: Any, holding: str) -> dict[str, list[str]]:
    """{name: values} of the form in the page that has a field called ``holding``. AssertionError when there is none."""
    parser = _Forms()
    parser.feed(response.content.decode())
    found = [form for form in parser.forms.values() if holding in form]
    assert found, f"no form has a field {holding}: {[sorted(f) for f in parser.forms.values()]}"
    return max(found, key=len)
