"""What all pages of the staff's site share: its titles, and how they write and delete.

The pages never write by themselves. They call the same services as the API, and what a service
refuses is shown on the form, with nothing changed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import knox.admin  # noqa: F401 registers its page, which is taken away below
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import DataError, IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format, number_format
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from knox.models import AuthToken

from cinema.audit.page import history
from cinema.constraints import violated
from cinema.refusals import Refused

admin.site.site_title = format_lazy(
    "{cinema} · {city}", cinema=gettext_lazy("Cinema"), city=settings.CITY_NAME
)
admin.site.site_header = admin.site.site_title
admin.site.index_title = gettext_lazy("Programme and box office")
admin.site.site_url = None  # the storefront is another deployment, whose address we don't know

# An API token's row is named by its digest, and the page would print the token into a message.
# The command `create_api_token` makes tokens; an account that is switched off has none that work.
admin.site.unregister(AuthToken)


def money(amount: Any) -> str:
    """An amount as people read it: `1 250,00 RUB`."""
    written = number_format(amount, decimal_pos=2, use_l10n=True, force_grouping=True)
    return f"{written}\u00a0{settings.CURRENCY}"


def moment(when: datetime) -> str:
    """A time at the cinema, short enough for a list: `Вт 24 ноя, 21:15`."""
    local = localtime(when)
    year = "" if local.year == localtime().year else " Y"
    return date_format(local, f"D j b{year}, H:i")


class BoundedPaginator(Paginator):
    """Never counts further than somebody would turn pages: a count reads every row."""

    LIMIT = 10_000

    @cached_property
    def count(self) -> int:
        queryset: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return queryset.order_by()[: self.LIMIT].count()

    @property
    def is_cut(self) -> bool:
        return self.count == self.LIMIT


class Chosen(AutocompleteSelect):
    """Shows what is chosen, also on a form with mistakes: what can be no key is nothing. Django
    would fail over it."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        key = self.field.remote_field.model._meta.pk
        return super().optgroups(name, [one for one in value if _fits(key, one)], attr)


def _fits(key: Any, text: str) -> bool:
    try:
        key.to_python(text)
    except ValidationError:
        return False
    return True


class ListingAdmin(admin.ModelAdmin):
    """Lists that stay quick however much has been sold."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    change_list_template = "cinema/admin/change_list.html"
    object_history_template = "cinema/audit/object_history.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What no column can be compared with, a zero byte, half a pattern or the year 9999, is no
        filter, and what can be no key chooses nothing: the list without filters, as for other
        nonsense."""
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.to_python(key)
            return super().changelist_view(request, extra_context)
        except (DataError, ValidationError, ValueError, OverflowError):
            if ERROR_FLAG in request.GET:
                raise  # without filters, too: then it is a mistake of ours
            return redirect(f"{request.path}?{ERROR_FLAG}=1")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Chosen(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """`?_to_field=` names no field, which Django would look for."""
        return super().get_object(request, object_id, from_field or None)

    def page_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the template of one object's page needs besides its form."""
        return {}

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj:
            context |= self.page_context(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """As the database has recorded it, whoever and whatever made the change."""
        obj = self.get_object(request, unquote(object_id))
        recorded = history(request, obj) if obj else {}
        return super().history_view(request, object_id, {**(extra_context or {}), **recorded})

    # Django's own log would repeat the audit trail, and without what was changed from what.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Nothing."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Nothing."""

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:  # type: ignore[override]
        """Nothing."""


class ReadOnlyAdmin(ListingAdmin):
    """Written by selling only; looked at here."""

    actions: Any = None

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class RefusingAdmin(ListingAdmin):
    """Shows what is refused, on forms and on every way to delete. `remove` deletes one object.

    `removed_along`: the reverse relations whose objects `remove` deletes too.
    """

    delete_confirmation_template = "cinema/admin/delete_confirmation.html"
    delete_selected_confirmation_template = "cinema/admin/delete_selected_confirmation.html"
    removed_along: tuple[str, ...] = ()

    def remove(self, obj: Any) -> None:
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, IntegrityError) as error:
            # Its transaction is undone. The same form once more, and now it says why.
            request.refusal = self._sentence(error)  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return _refused(form, refusal) if refusal else form

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (Refused, IntegrityError) as error:  # sold between the check and the deletion
            self.message_user(request, self._sentence(error), messages.ERROR)
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """What is done with several at once is done with all of them or with none."""
        try:
            with transaction.atomic():
                return super().response_action(request, queryset, *args, **kwargs)
        except (Refused, IntegrityError) as error:
            self.message_user(request, self._sentence(error), messages.ERROR)
            return None

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.remove(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            self.remove(obj)

    def get_deleted_objects(
        self, objs: Iterable[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[Any], list[Any]]:
        """What would go, and what stands against it, without reading every ticket ever sold."""
        objs = list(objs)
        counts = {self.opts.verbose_name_plural: len(objs)}
        forbidden = set()
        for name in self.removed_along:
            related: Any = self.model._meta.get_field(name)
            model = related.related_model
            found = model._default_manager.filter(**{f"{related.field.name}__in": objs}).count()
            counts[model._meta.verbose_name_plural] = found
            if found and not self._may_delete(request, model):
                forbidden.add(model._meta.verbose_name)
        return [str(obj) for obj in objs], counts, forbidden, self._refusals(objs)

    def _sentence(self, error: Refused | IntegrityError) -> str:
        if isinstance(error, Refused):
            return str(error)
        for constraint in self.opts.constraints:
            if constraint.name == violated(error):
                return str(constraint.get_violation_error_message())
        return _(
            "Somebody else changed the same thing at this moment. Look again, then save once more."
        )

    def _may_delete(self, request: HttpRequest, model: type[Model]) -> bool:
        """What has no page of its own is part of the object."""
        if not self.admin_site.is_registered(model):
            return True
        return self.admin_site.get_model_admin(model).has_delete_permission(request)

    def _refusals(self, objs: list[Any]) -> list[str]:
        refusals = []
        for obj in objs:
            # The service itself is asked, and what it did is taken back: so no rule is repeated.
            try:
                with transaction.atomic():
                    self.remove(obj)
                    transaction.set_rollback(True)
            except Refused as refused:
                refusals.append(str(refused))
        return refusals


class ServiceAdmin(RefusingAdmin):
    """Creates, changes and removes through the services that a subclass names."""

    def create(self, values: dict[str, Any]) -> Model:
        raise NotImplementedError

    def change(self, key: int, changes: dict[str, Any]) -> Model:
        """`changes`: only what the form's user has changed."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        values = {
            self.model._meta.get_field(name).attname: getattr(value, "pk", value)
            for name, value in form.cleaned_data.items()
            if not change or name in form.changed_data
        }
        saved = self.change(obj.pk, values) if change else self.create(values)
        obj.pk = saved.pk
        obj._state.adding = False
        obj.refresh_from_db()


def _refused(form: type[ModelForm], refusal: str) -> type[ModelForm]:
    class RefusedForm(form):  # type: ignore[valid-type, misc]
        def clean(self) -> dict[str, Any]:
            cleaned: dict[str, Any] = super().clean()
            self.add_error(None, refusal)
            return cleaned

    return RefusedForm
