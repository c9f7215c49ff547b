"""Django's middleware, without its threads.

Under ASGI, Django sends every `process_request` and `process_response` to a thread, in case they
block: a dozen changes of thread for each page. These only compute, so they are called as they are.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.middleware.security import SecurityMiddleware

# No page needs anything of a device.
_NOT_NEEDED = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS = ", ".join(f"{feature}=()" for feature in _NOT_NEEDED)


class _Inline:
    process_request: Callable[[HttpRequest], HttpResponseBase | None]
    process_response: Callable[[HttpRequest, HttpResponseBase], HttpResponseBase]
    get_response: Callable[[HttpRequest], Awaitable[HttpResponseBase]]

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        before = getattr(self, "process_request", None)
        after = getattr(self, "process_response", None)
        response = before(request) if before else None
        if response is None:
            response = await self.get_response(request)
        return after(request, response) if after else response


class Security(_Inline, SecurityMiddleware):  # type: ignore[misc]
    pass


class Language(_Inline, LocaleMiddleware):  # type: ignore[misc]
    pass


class Common(_Inline, CommonMiddleware):  # type: ignore[misc]
    pass


class FrameOptions(_Inline, XFrameOptionsMiddleware):  # type: ignore[misc]
    pass


class Csrf(_Inline, CsrfViewMiddleware):  # type: ignore[misc]
    async def process_view(  # type: ignore[override]
        self, request: HttpRequest, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> Any:
        return super().process_view(request, callback, callback_args, callback_kwargs)


class ContentPolicy(_Inline, CSPMiddleware):  # type: ignore[misc]
    """CONTENT_SECURITY_POLICY, written out once: it is the same for every page."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        self._policy = build_policy()

    def process_request(self, request: HttpRequest) -> None:
        """Without a nonce: no page has anything inline."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault(HEADER, self._policy)
        return response
