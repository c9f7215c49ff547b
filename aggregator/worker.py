"""How gunicorn runs the site: one event loop per process, which takes its leave of clients."""

import asyncio
import socket
import sys
from typing import Any

from gunicorn.arbiter import Arbiter
from uvicorn.server import Server
from uvicorn_worker import UvicornWorker

LINGER_SECONDS = 2.0
LOOK_EVERY_SECONDS = 0.05


class LingeringServer(Server):
    """uvicorn closes idle connections at once when it stops, also those on which a request is on
    its way, which is then reset. This one answers what still comes, with `Connection: close`."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()  # other workers take new connections
        state = self.server_state
        state.default_headers = [*state.default_headers, (b"connection", b"close")]
        deadline = asyncio.get_running_loop().time() + LINGER_SECONDS
        while state.connections and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        await super().shutdown(sockets)


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

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        server = LingeringServer(config=self.config)
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
