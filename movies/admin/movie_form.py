"""What is typed about a film and its translations."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError as InvalidBody

from movies.api.body import LONGEST_LANGUAGE, ImageAddress, Language
from movies.models import AgeRating, Genre, Movie, MovieTranslation

WIDE = {"size": 60}
TALL = {"rows": 12, "cols": 80}


class MovieForm(ModelForm):
    genres = forms.MultipleChoiceField(
        label=capfirst(gettext_lazy("genres")),
        choices=Genre.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    age_rating = forms.ChoiceField(
        label=capfirst(gettext_lazy("age rating")),
        choices=[("", "—"), *((mark, mark) for mark in AgeRating.values)],
        required=False,
        help_text=gettext_lazy("Empty: unrated."),
    )

    class Meta:
        model = Movie
        fields = [
            "name",
            "original_title",
            "year",
            "director",
            "duration_minutes",
            "age_rating",
            "genres",
            "description",
            "image_url",
        ]
        widgets = {
            "name": forms.TextInput(attrs=WIDE),
            "original_title": forms.TextInput(attrs=WIDE),
            "director": forms.TextInput(attrs=WIDE),
            "description": forms.Textarea(attrs=TALL),
            "image_url": forms.TextInput(attrs=WIDE),
            "duration_minutes": forms.NumberInput(
                # film-form.js writes it beside the field
                attrs={"data-hours": gettext_lazy("{hours} h {minutes} min")}
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        genres: Any = self.fields.get("genres")  # not there for who may only look
        if genres:
            genres.choices = sorted(Genre.choices, key=lambda choice: str(choice[1]))

    def clean_image_url(self) -> str:
        """Nothing that a browser would run: the site puts it into its pages."""
        try:
            address = ImageAddress(max_length=2000, allow_blank=True)
            return str(address.run_validation(self.cleaned_data["image_url"]))
        except InvalidBody as error:
            raise forms.ValidationError(
                _("A poster is a full address (https://…) or a path on this server (/static/…).")
            ) from error


class TranslationForm(ModelForm):
    language = forms.CharField(
        label=capfirst(gettext_lazy("language")),
        max_length=LONGEST_LANGUAGE,
        help_text=gettext_lazy("A tag such as en."),
        widget=forms.TextInput(attrs={"size": 10}),
    )

    class Meta:
        model = MovieTranslation
        fields = ["language", "name", "director", "description"]
        widgets = {
            "name": forms.TextInput(attrs=WIDE),
            "director": forms.TextInput(attrs=WIDE),
            "description": forms.Textarea(attrs=TALL),
        }

    def clean_language(self) -> str:
        try:
            return str(Language().run_validation(self.cleaned_data["language"]))
        except InvalidBody as error:
            raise forms.ValidationError(_("A language looks like en.")) from error


MOST_TRANSLATIONS = 100


class TranslationInline(admin.StackedInline):
    """Part of the film: who may change it may translate it."""

    model = MovieTranslation
    form = TranslationForm
    extra = 0
    max_num = MOST_TRANSLATIONS

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Whatever number a form names: drawing thousands takes longer than the database waits."""
        return super().get_formset(request, obj, absolute_max=MOST_TRANSLATIONS, **kwargs)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        verb = "change" if obj else "add"
        return request.user.has_perm(f"movies.{verb}_movie")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_add_permission(request, obj)

    has_delete_permission = has_change_permission

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True


def translations_of(formset: Any) -> dict[str, dict[str, str]]:
    """What the film's translations shall be, as `movies.programme` takes them."""
    kept = [
        inline.cleaned_data
        for inline in formset.forms
        if inline.cleaned_data and not inline.cleaned_data.get("DELETE")
    ]
    return {
        texts["language"]: {name: texts[name] for name in ("name", "director", "description")}
        for texts in kept
    }
