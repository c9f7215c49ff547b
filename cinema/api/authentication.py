"""Staff credentials of the API: `Authorization: Token <token>` (tokens: `create_api_token`)."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class StaffToken(TokenAuthentication):
    """Knox keeps only a digest of each token, so a leaked table opens nothing."""

    def authenticate(self, request: Request) -> tuple[object, object] | None:
        try:
            return super().authenticate(request)
        except UnicodeDecodeError as error:  # knox reads the header as UTF-8 and trusts it
            raise AuthenticationFailed("Invalid token.") from error


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
