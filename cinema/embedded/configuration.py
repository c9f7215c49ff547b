"""What is written into a server's configuration."""

from dataclasses import dataclass

# A standby that was away catches up from its replication slot. The limit keeps a dead one from
# filling the disk: past it the slot is given up and the standby is copied anew at the next start.
WAL_KEPT_FOR_A_DEAD_STANDBY = "1GB"

COMMON = {
    "listen_addresses": "127.0.0.1",
    # None: they would have to lie outside of private directories, and their path is limited.
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_slot_wal_keep_size": WAL_KEPT_FOR_A_DEAD_STANDBY,
    "max_replication_slots": "10",
    "max_wal_senders": "10",
    "wal_sender_timeout": "10s",
    "wal_receiver_timeout": "10s",
    "wal_receiver_status_interval": "1s",
    "wal_retrieve_retry_interval": "500ms",
    "hot_standby_feedback": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "jit": "off",
}

NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Source:
    """The primary that a standby streams from."""

    port: int
    user: str
    password: str

    @property
    def address(self) -> str:
        """Without the password, which other users could read among a program's arguments."""
        return f"host=127.0.0.1 port={self.port} user={self.user} sslmode=disable"

    def connection(self, application_name: str) -> str:
        return (
            f"host=127.0.0.1 port={self.port} user={self.user} password={self.password}"
            f" application_name={application_name} connect_timeout=5 sslmode=disable"
        )


def synchronous_standby_names(standbys: list[str]) -> str:
    return f"ANY 1 ({', '.join(standbys)})" if standbys else ""


def render(parameters: dict[str, str]) -> str:
    lines = [f"{name} = '{_quoted(value)}'" for name, value in parameters.items()]
    return "\n".join(["# Written anew at every start; use ALTER SYSTEM instead.", *lines, ""])


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
