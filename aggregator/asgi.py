"""The site as an ASGI application; gunicorn serves it (`aggregator/gunicorn.conf.py`).

Programs' requests, probes and static files are answered here; Django makes the pages.
"""

import asyncio
import os
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.asgi import get_asgi_application

from aggregator import limits
from aggregator.asgi_types import App
from aggregator.calling import configure
from aggregator.cities import directory
from aggregator.middleware import AroundRequests
from aggregator.relay import Relay
from aggregator.site import Site
from aggregator.static_files import static_files
from aggregator.tracing import stop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aggregator.settings")

_pages = cast("App", get_asgi_application())
_calls = configure(settings.LIMITS)
directory.when_changed(_calls.keep_only)
_static_root = Path(__file__).parent / "static" if settings.DEBUG else Path(settings.STATIC_ROOT)


async def _close() -> None:
    await _calls.close()
    await asyncio.to_thread(stop)


application = AroundRequests(
    Site(
        relay=Relay(
            directory, _calls, seconds=settings.RELAY_DEADLINE_SECONDS, bookings=limits.relayed
        ),
        static=static_files(_static_root, autorefresh=settings.DEBUG),
        pages=_pages,
        close=_close,
    ),
    directory,
    settings.TRUSTED_PROXIES,
)
