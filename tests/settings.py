"""The provider's settings on a PostgreSQL of the tests' own: a primary with a real standby.

Where DATABASE_URL is set, that server is used instead (its role must be allowed to create
databases), and its standbys when DATABASE_REPLICA_URLS names them.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "DATABASE_URL" not in os.environ:
    from cinema.embedded import Cluster

    _directory = Path(tempfile.mkdtemp(prefix="cinema-tests-"))
    _cluster = Cluster(
        _directory, replicas=1, synchronous=False, durable=False, create_databases=True
    )
    atexit.register(shutil.rmtree, _directory, ignore_errors=True)
    atexit.register(_cluster.stop)
    _cluster.start()
    os.environ["DATABASE_URL"] = _cluster.primary.url()
    os.environ["DATABASE_REPLICA_URLS"] = _cluster.standbys[0].url()

os.environ |= {
    "SECRET_KEY": "only-for-tests-" + "0" * 50,
    "HTTPS": "false",
    "DATABASE_POOL_SIZE": "0",  # threads of a test close their own connections
    "TIME_ZONE": "Europe/Moscow",
    "PUBLIC_URL": "https://kazan.example",
    "LOG_LEVEL": "ERROR",
}

from cinema.settings import *  # noqa: F403

STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_AUTOREFRESH = True  # no collected files needed
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS += ["django_migration_linter"]  # noqa: F405
