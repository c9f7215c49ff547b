"""What `/schema` says about the addresses that are no resources: plain views, described by hand."""

from typing import Any


def _reading(operation_id: str, summary: str, responses: dict[str, Any]) -> dict[str, Any]:
    return {
        "get": {
            "operationId": operation_id,
            "summary": summary,
            "tags": ["service"],
            "responses": responses,
        }
    }


def _answer(description: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {media_type: {"schema": schema}}}


_OK = {
    "type": "object",
    "required": ["result"],
    "properties": {"result": {"type": "string", "const": "ok"}},
}
_ERRORS = {"$ref": "#/components/schemas/Errors"}

PATHS = {
    "/health": _reading(
        "health",
        "Whether this process is up",
        {"200": _answer("It answers.", "application/json", _OK)},
    ),
    "/health/ready": _reading(
        "ready",
        "Whether it can sell",
        {
            "200": _answer("It can.", "application/json", _OK),
            "503": _answer(
                "It can't; `detail` names what is missing.", "application/json", _ERRORS
            ),
        },
    ),
    "/health/started": _reading(
        "started",
        "Whether it has begun to serve",
        {
            "200": _answer("It has, once for all.", "application/json", _OK),
            "503": _answer("Not yet; `detail` names what is missing.", "application/json", _ERRORS),
        },
    ),
    "/health/serving": _reading(
        "serving",
        "Whether it takes requests",
        {
            "200": _answer("It does.", "application/json", _OK),
            "503": _answer("It is stopping.", "application/json", _ERRORS),
        },
    ),
    "/metrics": _reading(
        "metrics",
        "What Prometheus reads",
        {"200": _answer("Prometheus text format.", "text/plain", {"type": "string"})},
    ),
}
