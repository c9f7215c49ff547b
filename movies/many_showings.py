"""Showings by the thousand, for who has locked their films and halls and looked at what would
overlap: as many statements for all of them as for one. See `movies.schedule`."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from movies.models import Seance


def seances_create(seances: Sequence[Seance]) -> None:
    """Plans them as `schedule.occupy` made them. Raises IntegrityError where two overlap."""
    Seance.objects.bulk_create(seances)


@transaction.atomic
def seances_describe(seance_ids: Collection[int], **fields: Any) -> None:
    """Gives all of them the same price, format or language, which sold tickets don't fix."""
    seances = Seance.objects.filter(pk__in=seance_ids)
    list(seances.select_for_update().order_by("id").values_list("pk"))
    seances.update(**fields)
