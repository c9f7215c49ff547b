"""Films and showings as a file: the same as the commands `export_programme` and
`import_programme`, in two steps: looked at first, then imported."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cinema.audit.acting import imports
from cinema.refusals import Refused
from cinema.site import answer, page
from movies.admin.carried import CarriedFile, largest, too_large, unpacked
from movies.models import Movie
from movies.programme_file.exporting import export_programme
from movies.programme_file.imported import Change, Entered, Imported
from movies.programme_file.importing import import_programme
from movies.programme_file.mistakes import FileUnusable, Mistake, Mistaken
from movies.programme_file.tables import KINDS

LARGEST = 5 * 1024 * 1024
"""Bytes of a file that is uploaded: a table of text is packed before it travels on."""
MOST_LISTED = 300
"""Lines of the page: mistakes, or what would change."""
MOST_CHANGES = 2000
"""New or changed films and showings in one request: a film takes about 5 ms."""
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MAY_EXPORT = ("movies.view_movie", "movies.view_seance")
MAY_IMPORT = (
    "movies.add_movie",
    "movies.change_movie",
    "movies.add_seance",
    "movies.change_seance",
)


@page(
    "films/export.<slug:kind>",
    name="film_export",
    title=gettext_lazy("Export films and coming showings"),
    permission="movies.view_movie",
)
def film_export(request: HttpRequest, kind: str) -> HttpResponse:
    if not request.user.has_perms(MAY_EXPORT):
        raise PermissionDenied
    if kind not in KINDS:
        raise Http404
    name = f"programme-{settings.CITY}-{localdate()}.{kind}"
    content, _rows = export_programme(name, coming=True)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES[kind], headers=headers)


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST:
            raise forms.ValidationError(str(too_large()))
        return file


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do, or why it can do nothing. `packed`: for the second step, empty where
    there is none."""

    name: str
    packed: str = ""
    refusal: str = ""
    imported: Imported | None = None
    mistakes: tuple[Mistake, ...] = ()

    @property
    def listed(self) -> list[Entered]:
        return self.imported.entered[:MOST_LISTED] if self.imported else []

    @property
    def listed_mistakes(self) -> tuple[Mistake, ...]:
        return self.mistakes[:MOST_LISTED]

    @property
    def more(self) -> int:
        """How many aren't listed."""
        entered = self.imported.entered if self.imported else []
        return max(0, len(self.mistakes or entered) - MOST_LISTED)


@page(
    "films/import/",
    name="film_import",
    title=gettext_lazy("Import films and showings"),
    permission="movies.add_movie",
)
def film_import(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perms(MAY_IMPORT):
        raise PermissionDenied
    if "packed" in request.POST:
        return _second_step(request)
    if request.method != "POST":
        return _answer(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _answer(request, form, status=422)
    uploaded = form.cleaned_data["file"]
    preview = _look_at(request, CarriedFile(uploaded.name, uploaded.read()))
    return _answer(request, UploadForm(), preview)


def _look_at(request: HttpRequest, file: CarriedFile) -> Preview:
    try:
        packed = file.packed(request.user)
        imported = import_programme(file.content, file.name, dry_run=True, most=MOST_CHANGES)
    except Mistaken as error:
        return Preview(file.name, refusal=str(error), mistakes=tuple(error.mistakes))
    except (FileUnusable, Refused, IntegrityError) as error:
        return Preview(file.name, refusal=_sentence(error))
    return Preview(file.name, packed if imported.entered else "", imported=imported)


def _second_step(request: HttpRequest) -> HttpResponse:
    """Imports what was looked at. What has become wrong meanwhile is shown like in the first."""
    try:
        file = unpacked(request.POST["packed"], request.user)
    except FileUnusable as error:
        return _answer(request, UploadForm(), Preview("", refusal=str(error)))
    try:
        with transaction.atomic():
            imports(file.name)
            imported = import_programme(file.content, file.name, most=MOST_CHANGES)
    except (Mistaken, FileUnusable, Refused, IntegrityError) as error:
        mistakes = tuple(error.mistakes) if isinstance(error, Mistaken) else ()
        preview = Preview(file.name, refusal=_sentence(error), mistakes=mistakes)
        return _answer(request, UploadForm(), preview)
    messages.success(request, _summary(imported))
    return redirect("admin:movies_movie_changelist")


def _answer(
    request: HttpRequest,
    form: UploadForm,
    preview: Preview | None = None,
    *,
    status: int | None = None,
) -> HttpResponse:
    context = {
        "title": _("Import films and showings"),
        "form": form,
        "preview": preview,
        "created": Change.CREATED,
        "largest": largest(),
        "opts": Movie._meta,
    }
    return answer(request, "movies/admin/film_import.html", context, status=status)


def _sentence(error: Exception) -> str:
    if isinstance(error, IntegrityError):
        return _(
            "Somebody else changed the same thing at this moment. Look again, then save once more."
        )
    return str(error)


def _summary(imported: Imported) -> str:
    return _(
        "Imported. Films: %(films_created)d new, %(films_changed)d changed; "
        "showings: %(showings_created)d new, %(showings_changed)d changed."
    ) % {
        "films_created": imported.films_created,
        "films_changed": imported.films_changed,
        "showings_created": imported.showings_created,
        "showings_changed": imported.showings_changed,
    }
