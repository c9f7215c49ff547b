"""How a lost database shows itself."""

from django.db import InterfaceError, InternalError, OperationalError

# What psycopg and its pool raise when a server is gone, shutting down, overloaded, or read-only
# because it is a standby now.
UNREACHABLE = (OperationalError, InterfaceError, InternalError)
