"""A colleague lost the phone with the codes: who may change the account takes them away."""

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cinema.security import second_factor
from cinema.site import answer, page


@page(
    "security/<int:user_id>/",
    name="second_factor_reset",
    title=gettext_lazy("Login protection"),
    permission="auth.change_user",
)
def second_factor_reset(request: HttpRequest, user_id: int) -> HttpResponse:
    if user_id == request.user.pk:
        return redirect("admin:security")  # one's own only with a code
    account = get_object_or_404(User, pk=user_id)
    if not admin.site.get_model_admin(User).has_change_permission(request, account):
        raise PermissionDenied
    if request.method == "POST":
        if second_factor.reset(user=account):
            said = _("%(user)s logs in with the password alone now.")
            messages.success(request, said % {"user": account.get_username()})
        return redirect("admin:auth_user_change", account.pk)
    context = {
        "title": _("Login protection"),
        "account": account,
        "accounts": User._meta.verbose_name_plural,
        "is_on": second_factor.is_on(account),
    }
    return answer(request, "cinema/security/reset.html", context)
