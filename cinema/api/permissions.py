"""Who may do what over the API: reading is public, changing the programme is for staff."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # the framework imports this module while it defines its views
    from rest_framework.views import APIView

_VERBS = {"POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}


class ReadOrStaff(BasePermission):
    """Staff with the model's permission may write; the view names the model as `staff_model`."""

    message = "Staff credentials with permission for this are needed"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if request.method in SAFE_METHODS:
            return True
        model = view.staff_model  # type: ignore[attr-defined]
        permission = (
            f"{model._meta.app_label}.{_VERBS[request.method or '']}_{model._meta.model_name}"
        )
        user = request.user
        return bool(user.is_authenticated and user.is_staff and user.has_perm(permission))
