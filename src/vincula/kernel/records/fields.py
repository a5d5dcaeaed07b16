"""Kinds of column that Django lacks: lists, translated text, references, folded text, rich text and their kin.

A list of e-mails or aliases stays in its record's row as JSON (one row to save, audit and undo); what must be found
by value is mirrored into ``IndexValue`` by the save door.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vincula.kernel.folding import fold

MAX_ITEMS = 200
MAX_ITEM = 500
_NOT_KEPT = re.compile("[\x00-\x1f\ud800-\udfff]")


def clean_text(value: str) -> str:
    """One line of text; control characters and lone surrogates are refused."""
    text = " ".join(str(value).split())
    if _NOT_KEPT.search(text):
        raise ValidationError(_("This text has characters that cannot be kept."), code="characters")
    if len(text) > MAX_ITEM:
        raise ValidationError(_("One entry may have %(n)s characters at most."), params={"n": MAX_ITEM}, code="long")
    return text


def clean_email(value: str) -> str:
    text = clean_text(value)
    validate_email(text)
    local, _at, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def clean_domain(value: str) -> str:
    text = clean_text(value).lower().removeprefix("@").rstrip(".")
    if "." not in text or any(c in text for c in " /@:") or text.startswith("."):
        raise ValidationError(_("“%(value)s” is not a domain such as example.org."), params={"value": text})
    return text


def clean_phone(value: str) -> str:
    """E.164 when the number says its country; otherwise as typed (many registers hold local numbers)."""
    text = clean_text(value)
    if sum(c.isdigit() for c in text) < 3:
        raise ValidationError(_("“%(value)s” is not a telephone number."), params={"value": text})
    written = _international(text)
    return written if _international(written) == written else text  # of «+1 1 …» a second reading would drop the 1


def _international(text: str) -> str:
    import phonenumbers  # 2 MB that only those who write numbers need

    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


_url = URLValidator(schemes=["http", "https"])
# What most addresses are, all of which the validator takes: it looks at an address four times.
_usual_url = re.compile(
    r"https?://(?=[^/]{4,253}(?:/|$))(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(?:/[a-zA-Z0-9._~/-]*)?"
).fullmatch


def clean_url(value: str) -> str:
    text = clean_text(value)
    if text and "://" not in text:
        text = f"https://{text}"
    if not _usual_url(text):
        _url(text)
    return text


CLEANERS: dict[str, Callable[[str], str]] = {
    "text": clean_text, "email": clean_email, "domain": clean_domain, "phone": clean_phone, "url": clean_url,
}  # fmt: skip


class _Quick(models.JSONField):
    """JSON that is mostly empty: a list of fifty records would decode hundreds of ``[]`` and ``{}``."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value == "[]":
            return []
        if value == "{}":
            return {}
        return super().from_db_value(value, expression, connection)  # type: ignore[misc]  # untyped in Django


class TextListField(_Quick):
    """A list of short texts (``item``: text, email, domain, phone, url), order kept, no doubles."""

    def __init__(self, *args: Any, item: str = "text", indexed: bool = True, **kwargs: Any) -> None:
        self.item, self.indexed = item, indexed
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "item": self.item, "indexed": self.indexed}

    def clean(self, value: Any, instance: Any) -> list[str]:
        if value in (None, ""):
            return []
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise ValidationError(_("A list of texts is expected here."), code="type")
        if len(value) > MAX_ITEMS:
            raise ValidationError(_("%(n)s entries at most."), params={"n": MAX_ITEMS}, code="many")
        clean = [CLEANERS[self.item](v) for v in value if v.strip()]
        return list(dict.fromkeys(clean))


class ChosenListField(TextListField):
    """Keys out of ``known()`` {key: words}, which people read and tick; the keys are what is stored and exchanged.

    In the database it is a list of texts: migrations know nothing of what may be chosen today.
    """

    def __init__(self, *args: Any, known: Callable[[], Mapping[str, Any]] = dict, **kwargs: Any) -> None:
        self.known = known
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, f"{TextListField.__module__}.{TextListField.__qualname__}", args, kwargs


def in_language(texts: Mapping[str, str] | None, first: str, language: str = "") -> str:
    """Of a text and its translations (``TranslatedField``): in ``language``, else in the reader's, else as it was written first."""
    return str((texts or {}).get(language or (get_language() or "en")[:2]) or first)


class TranslatedField(_Quick):
    """Text per language: {"fr": "Université de Gand"}; keys are ISO 639 codes."""

    def __init__(self, *args: Any, indexed: bool = False, **kwargs: Any) -> None:
        self.indexed = indexed
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "indexed": self.indexed}

    def clean(self, value: Any, instance: Any) -> dict[str, str]:
        if value in (None, "", []):
            return {}
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise ValidationError(_("A text for each language is expected here."), code="type")
        if len(value) > MAX_ITEMS:
            raise ValidationError(_("%(n)s entries at most."), params={"n": MAX_ITEMS}, code="many")
        for code in value:
            if not (isinstance(code, str) and 2 <= len(code) <= 8 and code.replace("-", "").isascii()):
                raise ValidationError(_("“%(code)s” is not a language code."), params={"code": code}, code="language")
        return {code.lower(): clean_text(text) for code, text in sorted(value.items()) if text.strip()}


class ReferencesField(_Quick):
    """Names of the record elsewhere: {"ror": ["https://ror.org/00cv9y106"], "wikidata": ["Q1137665"]}."""

    indexed = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, instance: Any) -> dict[str, list[str]]:
        if value in (None, "", []):
            return {}
        good = isinstance(value, dict) and all(
            isinstance(k, str) and isinstance(v, list) and all(isinstance(x, str) for x in v) for k, v in value.items()
        )
        if not good or len(value) > MAX_ITEMS:
            raise ValidationError(_("A list of identifiers for each scheme is expected here."), code="type")
        clean = {clean_text(k).lower(): list(dict.fromkeys(clean_text(x) for x in v)) for k, v in value.items()}
        return {k: clean[k] for k in sorted(clean) if clean[k]}


class StructuredField(models.JSONField):
    """An object whose shape its model knows and checks in ``clean``: {"section": text or rows}."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, instance: Any) -> dict[str, Any]:
        if value in (None, "", []):
            return {}
        if not isinstance(value, dict):
            raise ValidationError(_("An object is expected here."), code="type")
        return value


class FoldedField(models.CharField):
    """Another field without case and accents, for sorting and contains: SQLite folds ASCII only."""

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 300)
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("editable", "blank", "default"):
            kwargs.pop(fixed, None)
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, instance: Any, add: bool) -> str:
        value = fold(str(getattr(instance, self.source) or ""))[: self.max_length]
        setattr(instance, self.attname, value)
        return value


class RichTextField(models.TextField):
    """Markdown; sanitised where it is shown."""


class CountryField(models.CharField):
    """ISO 3166-1 alpha-2, upper case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 2
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, instance: Any) -> str:
        from vincula.kernel.records.places import countries

        code = str(value or "").strip().upper()
        if code and code not in countries("en"):
            raise ValidationError(_("“%(value)s” is not a country code such as BE."), params={"value": value})
        return str(super().clean(code, instance))


class LanguageField(models.CharField):
    """ISO 639-1 code, lower case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 8
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, instance: Any) -> str:
        from vincula.kernel.records.places import languages

        code = str(value or "").strip().lower()
        if code and code not in languages("en"):
            raise ValidationError(_("“%(value)s” is not a language code such as nl."), params={"value": value})
        return str(super().clean(code, instance))


class EmailField(models.EmailField):
    """An address; the domain is kept in lower case."""

    def clean(self, value: Any, instance: Any) -> str:
        return clean_email(value) if value else ""


class PhoneField(models.CharField):
    """A telephone number, international where it says its country."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, instance: Any) -> str:
        return str(super().clean(clean_phone(value) if value else "", instance))


class WebField(models.CharField):
    """An http(s) address; ``example.org`` becomes https://example.org."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 500)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, instance: Any) -> str:
        return str(super().clean(clean_url(value) if value else "", instance))


class YearField(models.PositiveSmallIntegerField):
    """A year of the calendar: sorted and compared as a number, written without a thousands separator."""
