"""What every view of the API shares."""

import functools
import uuid
from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.viewsets import ViewSet

from cinema.api.fields import BIGINT
from cinema.api.json import read_chunks
from cinema.refusals import NotFound


class ApiViewSet(ViewSet):
    """Parse, call a service, present."""

    http_method_names = ["get", "head", "post", "patch", "delete"]
    lookup_value_regex = "[^/]+"  # what no id looks like is 404 with its name, too

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before authentication: what doesn't exist is 405 for everybody.
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(request.method or "")
        read_chunks(request._request)
        super().initial(request, *args, **kwargs)


def read_body(
    serializer: type[Serializer], request: Request, *, partial: bool = False
) -> dict[str, Any]:
    """The validated body. Raises ValidationError."""
    return dict(_reader(serializer, partial).run_validation(request.data))


@functools.cache
def _reader(serializer: type[Serializer], partial: bool) -> Serializer:
    """One for all requests, as validating keeps nothing in it: to make its fields takes longer than
    they take to read a body."""
    made = serializer(partial=partial)
    for field in made.fields.values():
        for one in (field, getattr(field, "child", field)):
            for validator in one.validators:
                if hasattr(validator, "message"):
                    # Put together when it is first needed, which two threads must not do at once.
                    validator.message = str(validator.message)
    return made


def read_id(what: str, text: str) -> int:
    """A number from the path. Raises NotFound: what isn't a number is nobody's id."""
    if text.isascii() and text.isdigit() and len(text) <= 19:
        return check_id(what, int(text))
    raise NotFound(what, text[:100])


def check_id(what: str, number: int) -> int:
    """Raises NotFound for a number that no id can be."""
    if 0 < number <= BIGINT:
        return number
    raise NotFound(what, str(number)[:100])


def read_uuid(what: str, text: str) -> uuid.UUID:
    """A UUID from the path, in its usual form. Raises NotFound."""
    try:
        known = uuid.UUID(text)
    except ValueError:
        raise NotFound(what, text[:100]) from None
    if str(known) != text.lower():  # uuid.UUID also reads braces and urn:uuid:
        raise NotFound(what, text[:100])
    return known
