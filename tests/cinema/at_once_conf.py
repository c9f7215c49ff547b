"""gunicorn's settings for `at_once_app`."""

from typing import Any

from tests.cinema import at_once_app


def post_request(_worker: Any, request: Any, _environ: Any, _response: Any) -> None:
    at_once_app.told.append(request.path)
