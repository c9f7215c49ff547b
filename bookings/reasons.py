"""Why staff cancel something or take it out of the sale: ready-made reasons, or their own words."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

OWN_WORDS = "own"

OF_BOOKING = (
    gettext_lazy("The buyer asked for it"),
    gettext_lazy("Bought by mistake: another showing or other seats were meant"),
    gettext_lazy("Paid twice"),
)
OF_SHOWING = (
    gettext_lazy("The projection or the sound has broken down"),
    gettext_lazy("The film has not arrived"),
    gettext_lazy("The hall can't be used"),
    gettext_lazy("The programme has changed"),
)
OF_BLOCK = (
    gettext_lazy("The seat is broken"),
    gettext_lazy("Kept for guests"),
    gettext_lazy("The screen can't be seen well from there"),
    gettext_lazy("Needed for equipment"),
)


class ReasonForm(forms.Form):
    """`reason` is what is stored: in the cinema's language, because buyers read it, too."""

    ready = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"size": 60}),
    )

    def __init__(self, ready: Sequence[str | Promise], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ready = ready
        field: Any = self.fields["ready"]
        field.choices = [*enumerate(ready), (OWN_WORDS, _("Another reason"))]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen, words = cleaned.get("ready"), cleaned.get("words", "").strip()
        if chosen == OWN_WORDS and not words and "words" not in self.errors:
            self.add_error("words", _("Say why in a few words."))
        if chosen is not None:
            cleaned["reason"] = words if chosen == OWN_WORDS else self._said(int(chosen), words)
        return cleaned

    def _said(self, chosen: int, words: str) -> str:
        with translation.override(settings.LANGUAGE_CODE):
            ready = str(self._ready[chosen])
        return f"{ready}. {words}"[:200] if words else ready

    @property
    def reason(self) -> str:
        return str(self.cleaned_data["reason"])
