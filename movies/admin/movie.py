"""Films."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cinema.admin import ServiceAdmin, moment
from movies import programme
from movies.admin.coming import with_coming
from movies.admin.exchange import MAY_EXPORT, MAY_IMPORT
from movies.admin.movie_form import MovieForm, TranslationInline, translations_of
from movies.admin.poster import has_own_poster, poster_of
from movies.models import Genre, Movie, Seance


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
        "title",
        "next_showings",
        "in_week",
        "sold",
        "length",
    ]
    list_display_links = ["title"]
    list_filter = [
        ShownFilter,
        GenreFilter,
        ("age_rating", admin.AllValuesFieldListFilter),
    ]
    search_fields = ["name", "original_title", "director"]
    search_help_text = gettext_lazy("Title, original title or director.")
    change_form_template = "movies/admin/movie_change_form.html"
    change_list_template = "movies/admin/movie_change_list.html"
    removed_along = ("seances", "translations")
    fieldsets = [
        (None, {"fields": ["name", "original_title", "year", "director"]}),
        (
            gettext_lazy("Showing"),
            {"fields": ["duration_minutes", "age_rating", "genres"]},
        ),
        (gettext_lazy("For visitors"), {"fields": ["description", "image_url", "poster"]}),
    ]
    readonly_fields = ["poster"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Movie]:
        return with_coming(super().get_queryset(request))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        allowed = {
            "may_export": request.user.has_perms(MAY_EXPORT),
            "may_import": request.user.has_perms(MAY_IMPORT),
        }
        return super().changelist_view(request, {**allowed, **(extra_context or {})})

    def get_list_display(self, request: HttpRequest) -> Any:
        """How much was sold is for those who may see showings."""
        hidden = set() if request.user.has_perm("movies.view_seance") else {"sold"}
        return [name for name in self.list_display if name not in hidden]

    @admin.display(description="")
    def thumbnail(self, movie: Movie) -> SafeString:
        """Leads to the preview; a poster on another host is a link of its own."""
        poster = poster_of(movie, "poster-thumbnail")
        label = _("Preview of “%(film)s”") % {"film": movie}
        link = format_html(
            '<a class="film-preview" href="{}" aria-label="{}">{}</a>',
            reverse("admin:film_preview", args=[movie.pk]),
            label,
            poster if has_own_poster(movie) else _("Preview"),
        )
        return link if has_own_poster(movie) else format_html("{} {}", link, poster)

    @admin.display(description=gettext_lazy("preview"))
    def poster(self, movie: Movie) -> str:
        return poster_of(movie, "poster-preview") or "—"

    @admin.display(description=gettext_lazy("title"), ordering="name")
    def title(self, movie: Movie) -> SafeString:
        others = [movie.original_title, str(movie.year or ""), movie.age_rating]
        also = " · ".join(text for text in others if text and text != movie.name)
        return format_html('{}<span class="film-also">{}</span>', movie.name, also and f" {also}")

    @admin.display(description=gettext_lazy("duration"), ordering="duration_minutes")
    def length(self, movie: Movie) -> str:
        hours, minutes = divmod(movie.duration_minutes, 60)
        if not hours:
            return _("%(minutes)d min") % {"minutes": minutes}
        return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}

    @admin.display(description=gettext_lazy("next showings"), ordering="next_showing_at")
    def next_showings(self, movie: Any) -> SafeString:
        lines = format_html_join("", "<div>{}</div>", ((moment(at),) for at in movie.next_starts))
        others = movie.coming_showings - len(movie.next_starts)
        if others > 0:
            more = ngettext("and %(count)d more", "and %(count)d more", others) % {"count": others}
            lines += format_html('<div class="film-more">{}</div>', more)
        return lines

    @admin.display(description=gettext_lazy("in 7 days"), ordering="showings_in_week")
    def in_week(self, movie: Any) -> str:
        return str(movie.showings_in_week or "")

    @admin.display(description=gettext_lazy("tickets sold"), ordering="tickets_coming")
    def sold(self, movie: Any) -> str:
        """For coming showings."""
        return str(movie.tickets_coming or "")

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
                programme.movie_update(form.instance.pk, translations=translations_of(formset))
