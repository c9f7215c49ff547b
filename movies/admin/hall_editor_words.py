"""What the scripts of the hall editor say; `{…}` is filled in there."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from movies.models import Seat

ROW_LENGTH: int = Seat._meta.get_field("row").max_length or 0


def words() -> dict[str, str]:
    """In the reader's language."""
    return _tools() | _done() | _refused() | _described()


def _tools() -> dict[str, str]:
    return {
        "toolIs": _("Tool: {tool}"),
        "tool_select": _("select"),
        "tool_draw": _("draw seats"),
        "tool_erase": _("erase"),
        "tool_paint": _("paint"),
        "tool_wheelchair": _("wheelchair place"),
        "tool_hand": _("move the view"),
        "size": _("{columns} × {lines}"),
        "allRows": _("All rows: {count}"),
        "someRows": _("Selected rows: {count}"),
        "rowNumber": _("Name of row {number} from the screen"),
    }


def _done() -> dict[str, str]:
    return {
        "drawnSeats": _("Seats drawn: {count}"),
        "erasedSeats": _("Seats removed: {count}"),
        "paintedSeats": _("Seats painted: {count}"),
        "wheelchairOn": _("Marked as wheelchair places: {count}"),
        "wheelchairOff": _("No longer wheelchair places: {count}"),
        "selectedSeats": _("Seats selected: {count}. {seats}"),
        "undone": _("Undone."),
        "redone": _("Done again."),
        "noUndo": _("There is nothing to undo."),
        "noRedo": _("There is nothing to do again."),
        "columnInserted": _("An empty column was put in."),
        "columnRemoved": _("The column was taken out."),
        "lineInserted": _("An empty line was put in."),
        "lineRemoved": _("The line was taken out."),
        "linesCopied": _("The rows were copied."),
        "flipped": _("Left and right exchanged. Seats: {count}"),
        "mirrored": _("A reflection was drawn to the right."),
        "numbered": _("The rows are numbered."),
        "restored": _("The seats are back as they were."),
        "saving": _("Saving…"),
    }


def _refused() -> dict[str, str]:
    return {
        "cannotRemove": _(
            "These seats have been sold, held or blocked before, so they can't be removed: {seats}."
        ),
        "cannotRename": _(
            "Tickets for coming showings have been sold or held for these seats, so their row and "
            "number are fixed until then: {seats}."
        ),
        "occupied": _("Another seat is in the way: {seats}."),
        "outside": _("There is no room: the grid ends here."),
        "noSeats": _("There are no seats here."),
        "selectFirst": _("Select seats first."),
        "noCategory": _("There are no seat categories yet; add one first."),
        "rowName": ngettext(
            "A row's name has %(count)d character.",
            "A row's name has 1 to %(count)d characters.",
            ROW_LENGTH,
        )
        % {"count": ROW_LENGTH},
        "twice": _("The same row and number twice; number the rows anew: {seats}."),
        "lost": _(
            "Not saved: the server didn't answer as expected. Look in another window whether you "
            "are still logged in, then save once more."
        ),
    }


def _described() -> dict[str, str]:
    return {
        "seat": _("row {row}, seat {number}"),
        "seatsOfRow": _("row {row}: {numbers}"),
        "emptyCell": _("empty: column {column}, line {line}"),
        "wheelchairPlace": _("wheelchair place"),
        "isTaken": _("sold, held or blocked before, can't be removed"),
        "isFixed": _("sold or held for a coming showing, can't be removed or renumbered"),
    }
