"""What every view of the API shares."""

from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.viewsets import ViewSet

from cinema.refusals import NotFound

BIGINT = 2**63 - 1


class ApiViewSet(ViewSet):
    """Parse, call a service, present."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before authentication: what doesn't exist is 405 for everybody.
        if getattr(self, "action", None) is None:
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)


def read_body(serializer: type[Serializer], request: Request, **options: Any) -> dict[str, Any]:
    """The validated body. Raises ValidationError."""
    body = serializer(data=request.data, **options)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def read_id(what: str, text: str) -> int:
    """A number from the path. Raises NotFound: what isn't a number is nobody's id."""
    if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= BIGINT:
        return int(text)
    raise NotFound(what, text[:100])
