"""The audit trail as people read it: of the whole cinema, and of one object."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.core.validators import MaxValueValidator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cinema.audit.models import Action, Change
from cinema.audit.subjects import KINDS, changes_of, kind_name
from cinema.audit.words import in_words
from cinema.site import answer, page

PER_PAGE = 100
PERMISSION = "cinema.view_change"
NOBODY = "nobody"


class TrailForm(forms.Form):
    """Which part of the trail; `object` comes with links only."""

    who = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    day = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MaxValueValidator(date.max - timedelta(days=1))],
    )
    object = forms.RegexField(r"\A[0-9a-fA-F-]{1,36}\Z", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["who"]
        who.choices = [
            ("", gettext_lazy("Everybody")),
            *_accounts(),
            (NOBODY, gettext_lazy("Nobody signed in, or a command")),
        ]
        kinds: Any = self.fields["kind"]
        kinds.choices = [("", gettext_lazy("Everything")), *((k, kind_name(k)) for k in KINDS)]

    def found(self) -> QuerySet[Change]:
        changes = Change.objects.all()
        wanted = self.cleaned_data
        if wanted["who"]:
            user_id = None if wanted["who"] == NOBODY else int(wanted["who"])
            changes = changes.filter(user_id=user_id)
        if wanted["kind"]:
            changes = changes.filter(kind=wanted["kind"])
            if wanted["object"]:
                changes = changes.filter(object_id=wanted["object"])
        if wanted["day"]:
            begins = make_aware(datetime.combine(wanted["day"], time()))
            ends = make_aware(datetime.combine(wanted["day"] + timedelta(days=1), time()))
            changes = changes.filter(at__gte=begins, at__lt=ends)
        return changes


def _accounts() -> list[tuple[str, str]]:
    """Those that were deleted, too."""
    accounts = {str(pk): name for pk, name in User.objects.values_list("pk", "username")}
    deleted = Change.objects.filter(kind="auth.user", part="", action=Action.DELETE)
    for key, about in deleted.values_list("object_id", "about"):
        accounts.setdefault(key, _("%(name)s (deleted)") % {"name": about["username"]})
    return sorted(accounts.items(), key=lambda account: account[1])


@page("audit/", name="audit", title=gettext_lazy("Audit trail"), permission=PERMISSION)
def audit(request: HttpRequest) -> HttpResponseBase:
    form = TrailForm(request.GET)
    found = form.found() if form.is_valid() else Change.objects.none()
    context = {
        "title": gettext_lazy("Audit trail"),
        "form": form,
        "object_url": _address(request, form),
        **entries(request, found),
    }
    return answer(request, "cinema/audit/trail.html", context)


def history(request: HttpRequest, obj: Model) -> dict[str, Any]:
    """What the page of an object's history shows."""
    return entries(request, changes_of(obj))


def entries(request: HttpRequest, changes: QuerySet[Change]) -> dict[str, Any]:
    """One page of `changes`, newest first; `older` is the address of the next."""
    last = _number(request.GET.get("before", ""))
    if last and (earlier := Change.objects.filter(pk=last).first()):
        # The first condition is what an index can begin at.
        changes = changes.filter(Q(at__lte=earlier.at), Q(at__lt=earlier.at) | Q(pk__lt=earlier.pk))
    shown = list(changes.order_by("-at", "-id")[: PER_PAGE + 1])
    more = len(shown) > PER_PAGE
    shown = shown[:PER_PAGE]
    query = request.GET.copy()
    query["before"] = str(shown[-1].pk) if shown else ""
    return {
        "entries": in_words(shown),
        "older": f"?{query.urlencode()}" if more else "",
        "is_continued": bool(last),
        "may_see_trail": request.user.has_perm(PERMISSION),
    }


def _address(request: HttpRequest, form: TrailForm) -> str:
    """Of the page of the only object that is asked for, when its visitor may open it."""
    if not form.is_valid() or not (form.cleaned_data["kind"] and form.cleaned_data["object"]):
        return ""
    model = apps.get_model(form.cleaned_data["kind"])
    page = site.get_model_admin(model) if site.is_registered(model) else None
    if page is None or not page.has_view_permission(request):
        return ""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    return reverse(name, args=[form.cleaned_data["object"]])


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 18 else 0
