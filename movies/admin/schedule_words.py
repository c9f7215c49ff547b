"""What the schedule's scripts say. `{…}` is filled in by them."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    return {
        "free": _("{time}, {hall}: free."),
        "conflict": _("Overlaps “{film}”, which needs the hall from {from} to {until}."),
        "at": _("{time}, {hall}."),
        "moving": _(
            "Moving “{film}”. Arrow keys: 5 minutes, with Shift an hour, up and down another "
            "hall; Enter saves, Escape puts it back."
        ),
        "back": _("“{film}” stays where it was."),
        "saving": _("Saving…"),
        "lost": _("No answer that makes sense came back. Load the page again."),
        "undo": _("Undo"),
        "undone": _("Taken back."),
        "show": _("Show that day"),
    }
