"""What a cluster remembers between two runs: its ports and passwords."""

import json
import os
import secrets
import socket
import tempfile
from pathlib import Path

from cinema.embedded.errors import EmbeddedPostgresError

SUPERUSER = "postgres"
REPLICATION_ROLE = "replicator"
APPLICATION_ROLE = "cinema"


class Memory:
    """Kept in a file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ports: dict[str, int] = {}
        self.passwords: dict[str, str] = {}
        self.read()

    def read(self) -> None:
        try:
            stored = json.loads(self.path.read_text())
            self.ports.update(stored["ports"])
            self.passwords.update(stored["passwords"])
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError) as failure:
            raise EmbeddedPostgresError(
                f"{self.path} can't be read ({failure}): make {self.path.parent} yours, or"
                " delete it to start anew."
            ) from failure

    def invent_passwords(self) -> None:
        for role in (SUPERUSER, REPLICATION_ROLE, APPLICATION_ROLE):
            self.passwords.setdefault(role, secrets.token_urlsafe(24))

    def write(self) -> None:
        # mkstemp makes it private from the first moment.
        handle, unfinished = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}-")
        with os.fdopen(handle, "w") as file:
            json.dump({"ports": self.ports, "passwords": self.passwords}, file, indent=2)
        os.replace(unfinished, self.path)


def port_is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]  # all at once, so that they differ
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()
