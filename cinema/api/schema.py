"""How `/schema` is made: drf-spectacular reads the views, and this adds what it can't see there:
types of identifiers, what strict fields accept, the failures and headers that all answers share.

Each app's `api/schema.py` documents its own operations with the pieces below.
"""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from cinema.api.failures import TITLES
from cinema.api.fields import BIGINT, Typed
from cinema.api.service_schema import PATHS

Operation = dict[str, Any]

CONSISTENCY_TOKEN = OpenApiParameter(
    "X-Consistency-Token",
    str,
    OpenApiParameter.HEADER,
    description="From the answer to a write: this read sees that write. "
    "A bad or expired one costs nothing but the shortest way.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of the answer you have; 304 when it is still true.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255},
    OpenApiParameter.HEADER,
    description="The same key and request again gets the first answer again, never a second "
    "booking. Another request with the same key is 422.",
)
READING = [IF_NONE_MATCH, CONSISTENCY_TOKEN]

ERRORS = {"$ref": "#/components/schemas/Errors"}
NOT_MODIFIED = OpenApiResponse(description="What you have is still true.")


def failing(*titles: str) -> OpenApiResponse:
    """A failure of one operation, by its possible titles."""
    return OpenApiResponse(ERRORS, description=" / ".join(titles))


class ContractSchema(AutoSchema):
    """One operation. A docstring's first sentence is its summary, the rest its description."""

    def get_summary(self) -> str:
        return self._docstring()[0].rstrip(".")

    def get_description(self) -> str:  # type: ignore[override] # as AutoSchema has it
        return self._docstring()[2]

    def _docstring(self) -> tuple[str, str, str]:
        return super().get_description().partition("\n\n")

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        return str(type(serializer).__name__)

    def _get_serializer_name(self, serializer: Any, direction: Any, *args: Any) -> str:
        # Not "…Request": nothing here is both sent and answered.
        return super()._get_serializer_name(serializer, direction, *args).removesuffix("Request")

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """With what a body demands beyond its fields."""
        return super()._map_basic_serializer(serializer, direction) | getattr(
            serializer, "demanded", {}
        )

    def _insert_field_validators(self, field: Any, schema: Any) -> None:
        if not isinstance(field, Typed):  # which has described itself, exactly
            super()._insert_field_validators(field, schema)

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        return [
            {
                "in": "path",
                "name": name,
                "required": True,
                "schema": _UUID if name == "booking_id" else _ID,
            }
            for name in variables
        ]


_ID = {"type": "integer", "minimum": 1, "maximum": BIGINT}
_UUID = {"type": "string", "format": "uuid"}


class StrictFields(OpenApiSerializerFieldExtension):
    target_class = Typed
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        return self.target.described(
            lambda field: auto_schema._map_serializer_field(field, direction)
        )


def document_errors(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """drf-spectacular's hook over the finished schema: what all operations share."""
    # Both forms of a path work; this is the one to use.
    paths = {path.rstrip("/"): operations for path, operations in result["paths"].items()} | PATHS
    for operations in paths.values():
        for method, operation in operations.items():
            _complete(method, operation)
    components = result["components"]
    components["schemas"] |= _SCHEMAS
    components["headers"] = _HEADERS
    return result | {"paths": dict(sorted(paths.items()))}


def _complete(method: str, operation: Operation) -> None:
    responses = operation["responses"]
    for status, description in _usual_failures(operation):
        responses.setdefault(
            status,
            {"description": description, "content": {"application/json": {"schema": ERRORS}}},
        )
    for status, response in responses.items():
        response["headers"] = {
            name: {"$ref": f"#/components/headers/{component or name}"}
            for name, component in _headers(method, status, operation)
        }
    operation["responses"] = dict(sorted(responses.items()))


def _usual_failures(operation: Operation) -> Iterator[tuple[str, str]]:
    if "requestBody" in operation:
        yield "400", "The body is not JSON, or a required field is missing"
        yield "413", TITLES[413]
        yield "415", TITLES[415]
    if "security" in operation:
        yield "401", "No credentials, or bad ones"
        yield "403", "The credentials don't allow this, or a session came without its CSRF token"
    if "service" not in operation["tags"]:
        yield "503", "The database can't be reached, or can't store anything safely"


def _headers(method: str, status: str, operation: Operation) -> Iterator[tuple[str, str | None]]:
    """The headers of an answer, with the name of their component where it is another."""
    parameters = {parameter["name"] for parameter in operation.get("parameters", [])}
    yield "X-Request-ID", None
    if status == "201":
        yield "Location", None
    if status.startswith("2") and method != "get":
        yield "X-Consistency-Token", None
    if status in ("200", "304") and "If-None-Match" in parameters:
        yield "ETag", None
        yield "Cache-Control", None
    if status == "401":
        yield "WWW-Authenticate", None
    if status == "503":
        yield "Retry-After", None
    if "Idempotency-Key" in parameters:
        if status == "409":
            yield "Retry-After", "Retry-After-In-Progress"
        if status in ("200", "201", "404", "409", "422"):
            yield "Idempotency-Replayed", None


def _header(description: str, *, required: bool = True, **schema: Any) -> dict[str, Any]:
    return {
        "description": description,
        "required": required,
        "schema": {"type": "string"} | schema,
    }


_HEADERS = {
    "X-Request-ID": _header("The caller's, else a new one. It is in our log.", minLength=1),
    "Location": _header("Where the new thing can be read.", pattern="^/"),
    "ETag": _header("Changes when the answer does.", pattern='^"[0-9a-f]{32}"$'),
    "Cache-Control": _header("Ask every time; 304 makes that cheap.", const="no-cache"),
    "WWW-Authenticate": _header("How to authenticate.", const="Token"),
    "Retry-After": _header("Seconds.", type="integer", minimum=1),
    "Retry-After-In-Progress": _header(
        "Seconds, with `Request in progress` only.", required=False, type="integer", minimum=1
    ),
    "X-Consistency-Token": _header(
        "Send it with reads that must see this write. Browsers get the same as a cookie.",
        required=False,
    ),
    "Idempotency-Replayed": _header(
        "This is the answer to an earlier request with the same key.", required=False, const="true"
    ),
}
_SCHEMAS = {
    "Errors": {
        "type": "object",
        "required": ["errors"],
        "properties": {
            "errors": {
                "type": "array",
                "minItems": 1,
                "items": {"$ref": "#/components/schemas/Error"},
            }
        },
    },
    "Error": {
        "type": "object",
        "required": ["title", "detail"],
        "properties": {
            "title": {"type": "string", "description": "Short and stable: match on it."},
            "detail": {"type": "string", "description": "For a person."},
            "source": {
                "type": "object",
                "description": "What was wrong: a field of the body, a parameter or a header.",
                "properties": {
                    "pointer": {"type": "string", "examples": ["/data/price"]},
                    "parameter": {"type": "string", "examples": ["max_results"]},
                    "header": {"type": "string", "examples": ["Idempotency-Key"]},
                },
            },
            "seats": {
                "type": "array",
                "description": "With `Seat already taken`: every taken seat, ascending.",
                "items": {"type": "integer"},
            },
        },
    },
}
