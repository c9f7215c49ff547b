"""Django's PostgreSQL backend, as an ENGINE of its own for one difference."""
