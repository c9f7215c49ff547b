"""Films."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import RegexValidator
from django.db.models import Exists, Model, OuterRef, QuerySet, Subquery
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cinema.admin import ServiceAdmin, moment
from movies import programme
from movies.models import AgeRating, Genre, Movie, MovieTranslation, Seance


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
            "description",
            "image_url",
            "year",
            "director",
            "duration_minutes",
            "age_rating",
            "genres",
        ]

    def clean_image_url(self) -> str:
        """Nothing that a browser would run: the site puts it into its pages."""
        address: str = self.cleaned_data["image_url"]
        if address and not address.startswith(("/", "http://", "https://")):
            raise forms.ValidationError(
                _("A poster is a full address (https://…) or a path on this server (/static/…).")
            )
        return address


class TranslationForm(ModelForm):
    language = forms.CharField(
        label=capfirst(gettext_lazy("language")),
        max_length=10,
        help_text=gettext_lazy("A tag such as en."),
        validators=[
            RegexValidator(
                r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,6})?\Z", gettext_lazy("A language looks like en.")
            )
        ],
        widget=forms.TextInput(attrs={"size": 10}),
    )

    class Meta:
        model = MovieTranslation
        fields = ["language", "name", "director", "description"]


class TranslationInline(admin.StackedInline):
    """Part of the film: who may change it may translate it."""

    model = MovieTranslation
    form = TranslationForm
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        verb = "change" if obj else "add"
        return request.user.has_perm(f"movies.{verb}_movie")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_add_permission(request, obj)

    has_delete_permission = has_change_permission

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True


class GenreFilter(admin.SimpleListFilter):
    title = gettext_lazy("genre")
    parameter_name = "genre"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return sorted(Genre.choices, key=lambda choice: str(choice[1]))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Movie]) -> QuerySet[Movie]:
        return queryset.filter(genres__contains=[self.value()]) if self.value() else queryset


class ShownFilter(admin.SimpleListFilter):
    title = gettext_lazy("in the programme")
    parameter_name = "shown"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("yes", _("with coming showings")), ("no", _("without"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Movie]) -> QuerySet[Movie]:
        shown = Exists(Seance.future().filter(movie=OuterRef("pk")))
        conditions = {"yes": shown, "no": ~shown}
        value = self.value() or ""
        return queryset.filter(conditions[value]) if value in conditions else queryset


@admin.register(Movie)
class MovieAdmin(ServiceAdmin):
    form = MovieForm
    inlines = [TranslationInline]
    list_display = [
        "thumbnail",
        "name",
        "year",
        "duration",
        "age_rating_mark",
        "next_showing",
        "genre_names",
    ]
    list_display_links = ["thumbnail", "name"]
    list_filter = [
        ShownFilter,
        GenreFilter,
        ("age_rating", admin.AllValuesFieldListFilter),
    ]
    search_fields = ["name", "original_title", "director"]
    search_help_text = gettext_lazy("Title, original title or director.")
    change_form_template = "movies/admin/movie_change_form.html"
    removed_along = ("seances", "translations")
    fieldsets = [
        (None, {"fields": ["name", "original_title", "year", "director", "description"]}),
        (
            gettext_lazy("Showing"),
            {"fields": ["duration_minutes", "age_rating", "genres"]},
        ),
        (gettext_lazy("Poster"), {"fields": ["image_url", "poster"]}),
    ]
    readonly_fields = ["poster"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Movie]:
        coming = Seance.future().filter(movie=OuterRef("pk")).order_by("starts_at")
        return (
            super()
            .get_queryset(request)
            .annotate(next_showing_at=Subquery(coming.values("starts_at")[:1]))
        )

    @admin.display(description="")
    def thumbnail(self, movie: Movie) -> str:
        return _image(movie, "poster-thumbnail")

    @admin.display(description=gettext_lazy("preview"))
    def poster(self, movie: Movie) -> str:
        return _image(movie, "poster-preview")

    @admin.display(description=gettext_lazy("duration"), ordering="duration_minutes")
    def duration(self, movie: Movie) -> str:
        return _("%(minutes)d min") % {"minutes": movie.duration_minutes}

    @admin.display(description=gettext_lazy("age rating"), ordering="age_rating")
    def age_rating_mark(self, movie: Movie) -> str:
        return movie.age_rating

    @admin.display(description=gettext_lazy("genres"))
    def genre_names(self, movie: Movie) -> str:
        labels = dict(Genre.choices)
        return ", ".join(str(labels.get(genre, genre)) for genre in movie.genres)

    @admin.display(description=gettext_lazy("next showing"), ordering="next_showing_at")
    def next_showing(self, movie: Any) -> str:
        starts_at = movie.next_showing_at
        return moment(starts_at) if starts_at else ""

    def create(self, values: dict[str, Any]) -> Movie:
        return programme.movie_create(**values)

    def change(self, key: int, changes: dict[str, Any]) -> Movie:
        return programme.movie_update(key, **changes)

    def remove(self, obj: Movie) -> None:
        programme.movie_delete(obj.pk)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        for formset in formsets:
            formset.save(commit=False)  # notes what has changed, for the history
            if formset.has_changed():
                programme.movie_update(form.instance.pk, translations=_translations(formset))


def _translations(formset: Any) -> dict[str, dict[str, str]]:
    kept = [
        inline.cleaned_data
        for inline in formset.forms
        if inline.cleaned_data and not inline.cleaned_data.get("DELETE")
    ]
    return {
        texts["language"]: {name: texts[name] for name in ("name", "director", "description")}
        for texts in kept
    }


def _image(movie: Movie, css_class: str) -> str:
    """Pictures of other hosts are linked only: their servers needn't know who works here."""
    if movie.image_url.startswith("/"):
        return format_html('<img class="{}" src="{}" alt="">', css_class, movie.image_url)
    if not movie.image_url:
        return ""
    return format_html(
        '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>',
        movie.image_url,
        _("elsewhere"),
    )
