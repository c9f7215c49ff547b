"""Which constraint said no."""

from django.db import IntegrityError


def violated(error: IntegrityError) -> str | None:
    """The name of the constraint that PostgreSQL says was violated."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return diagnosis.constraint_name if diagnosis else None
