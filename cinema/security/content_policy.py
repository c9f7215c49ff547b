"""What a browser may load and do on our pages: nothing that isn't ours.

The policy itself is CONTENT_SECURITY_POLICY in the settings; it is written out once, not for every
answer. django-csp's decorators still work on single views, and so does its exception for Django's
debug pages.
"""

from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Check-in scans tickets with the camera, and keeps the phone awake meanwhile; nothing else of a
# device is any page's business.
_NEEDED = ("camera", "screen-wake-lock")
_NOT_NEEDED = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "browsing-topics",
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
PERMISSIONS = ", ".join(
    [*(f"{feature}=(self)" for feature in _NEEDED), *(f"{feature}=()" for feature in _NOT_NEEDED)]
)


class ContentPolicy(CSPMiddleware):
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self._policy = build_policy()

    def process_request(self, request: HttpRequest) -> None:
        """Without a nonce: no page has anything inline."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if settings.DEBUG or any(name.startswith("_csp_") for name in vars(response)):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._policy)
        return response
