"""What the scripts of the box office say; `{…}` is filled in there."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """In the reader's language."""
    return {
        "seat": _("row {row}, seat {number}"),
        "lost": _(
            "Taken meanwhile: {seats}. The other seats are still chosen, nothing is sold yet."
        ),
        "unclear": _("Type a row and seats, as in 5 7-9, or only how many seats."),
        "notFree": _("Not free: {seats}"),
        "fewer": _("There are not {number} free seats."),
        "tooMany": _("A booking has at most {number} seats."),
        "unknown": _(
            "No answer: nobody knows yet whether this is sold. Press “Sell” again, as often as "
            "needed: nothing is sold twice."
        ),
        "refused": _(
            "The server did not accept this form. Load the page again and look at the map."
        ),
        "unreachable": _("No connection: others may have taken seats meanwhile."),
        "notOpened": _("The hall could not be loaded. Choose the showing again."),
    }
