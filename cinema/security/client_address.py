"""Whose failures to log in are counted together.

gunicorn leaves REMOTE_ADDR as it is: behind a gateway, the gateway's. Who asked the gateway stands
in X-Forwarded-For, at the right; whatever stands further left may be the caller's invention.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 nothing is bound to it: unix sockets give none


def client_address(request: HttpRequest) -> str:
    """The address that the outermost of TRUSTED_PROXIES gateways saw; of IPv6, the network that
    one household or office has, for whom a new address costs nothing."""
    passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    proxies = settings.TRUSTED_PROXIES
    seen = passed[-proxies] if 0 < proxies <= len(passed) else ""
    return _place(seen) or _place(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def _place(text: str) -> str | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), 64), strict=False).network_address)
