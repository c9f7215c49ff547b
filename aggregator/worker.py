"""How gunicorn runs the site: one event loop per process."""

from typing import Any

from uvicorn_worker import UvicornWorker


class SiteWorker(UvicornWorker):
    CONFIG_KWARGS: dict[str, Any] = {
        "loop": "uvloop",
        "http": "httptools",
        "ws": "none",
        "lifespan": "on",
        "server_header": False,
        # `aggregator.middleware` reads them, and believes as many gateways as it is told to.
        "proxy_headers": False,
    }
