"""What this installation calls those whom it runs services for (requirement X14)."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vincula.kernel.audit import trail
from vincula.kernel.people.pages.administration import administrators_only
from vincula.kernel.ui import words
from vincula.kernel.ui.models import ChosenWord


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Choose a word for each term; it is used from the next page on."""
    now = words.chosen()
    if request.method == "POST":
        for term, known in words.ENGLISH.items():
            wanted = request.POST.get(term, now[term])
            if wanted in known and wanted != now[term]:
                _choose(request, term, now[term], wanted)
        words.forget()
        messages.success(request, _("The word is used from now on."))
        return redirect("settings:words")
    language = (get_language() or "en")[:2]
    terms = [
        {
            "term": term, "label": words.TERMS[term], "now": now[term],
            "options": [
                {"word": word, "name": words.names(language, term)[word][1],
                 "elsewhere": [words.names(code, term)[word][1] for code in words.LANGUAGES if code != language]}
                for word in known
            ],
        }
        for term, known in words.ENGLISH.items()
    ]  # fmt: skip
    return render(request, "settings/words.html", {"terms": terms, "here": "words"})


@transaction.atomic
def _choose(request: HttpRequest, term: str, old: str, new: str) -> None:
    row, _made = ChosenWord.objects.update_or_create(term=term, defaults={"word": new})
    trail.write(
        who=request.user, verb="chose a word", entity="ui.chosenword", object_id=row.pk, changes={term: [old, new]}
    )
