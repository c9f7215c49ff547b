"""What readers of the programme may ask for."""

from django.conf import settings

from cinema.api.parameters import (
    BooleanParameter,
    ChoiceParameter,
    DateParameter,
    IntegerParameter,
    MomentParameter,
)
from movies.listings import ORDERINGS

MAX_RESULTS = IntegerParameter(
    "max_results", minimum=1, maximum=500, default=50, description="At most so many."
)
WITH_SEANCES = BooleanParameter(
    "with_seances",
    default=False,
    description="Only films with a showing today (the cinema's local day) or later.",
)
DATE = DateParameter("date", description="The cinema's local day.")
FROM = MomentParameter("from", description="Starts at this time or later.")
TO = MomentParameter("to", description="Starts before this time.")
ORDERING = ChoiceParameter(
    "ordering", ORDERINGS, default="-id", description="`-`: the greatest first."
)
SEATS = BooleanParameter("seats", default=True, description="`false` leaves `seats` out.")
SEATS_ASKED_FOR = BooleanParameter(
    "seats", default=False, description="`true`: with `seats`, every seat of the hall."
)
COUNT = IntegerParameter(
    "count",
    minimum=1,
    maximum=settings.BOOKING_MAX_SEATS,
    default=1,
    description="For how many people.",
)
