"""What a rule of the domain says when it says no.

Services raise these; `cinema/api/failures.py` has the one table that turns each into its HTTP
answer, and the admin shows the same sentence to staff.
"""

from django.utils.translation import gettext as _


class Refused(Exception):
    """A rule says no and nothing was changed. `str()` is a sentence for a person."""

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self) -> str:
        """Made when asked for, so that it comes in the reader's language."""
        raise NotImplementedError


class NotFound(Refused):
    """There is no such thing. `what` is the name of the id in the contract, e.g. `movie_id`."""

    def __init__(self, what: str, key: object) -> None:
        self.what, self.key = what, key

    def sentence(self) -> str:
        return _("%(what)s %(key)s not found") % {"what": self.what, "key": self.key}
