"""Staff credentials of the API: `Authorization: Token <token>` (tokens: `create_api_token`), or the
session of somebody who is signed in to the admin."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from cinema.audit.acting import acts
from cinema.security.passing import passed


class StaffToken(TokenAuthentication):
    """Knox keeps only a digest of each token, so a leaked table opens nothing."""

    def authenticate_credentials(self, token: bytes) -> tuple[object, object]:
        if not token.isalnum():  # knox would ask the database about any bytes
            raise AuthenticationFailed("Invalid token.")
        user, found = super().authenticate_credentials(token)
        acts(user)
        return user, found


class StaffTokenScheme(OpenApiAuthenticationExtension):
    target_class = StaffToken
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <token>`; `./manage.py create_api_token` makes one.",
        }


class StaffSession(SessionAuthentication):
    """Before its second factor, where the account has one, a session is anybody's."""

    def authenticate(self, request: Request) -> tuple[object, None] | None:
        found = super().authenticate(request)
        if not found or not passed(request._request):
            return None
        acts(found[0])
        return found


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = StaffSession
    name = "session"
    priority = 1  # before drf-spectacular's own

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "A session of the admin; anything but reading needs `X-CSRFToken` too.",
        }
