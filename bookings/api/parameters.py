"""What callers may ask for in an address."""

from cinema.api.parameters import BooleanParameter

HELD_ONLY = BooleanParameter(
    "held",
    default=False,
    description="true: only a hold is released; a booking that is sold meanwhile is 409.",
)
