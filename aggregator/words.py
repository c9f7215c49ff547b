"""What the provider API's keys are called for visitors. A key that isn't here is shown as it is."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

GENRES = {
    "action": pgettext_lazy("genre", "action"),
    "adventure": pgettext_lazy("genre", "adventure"),
    "animation": pgettext_lazy("genre", "animation"),
    "biography": pgettext_lazy("genre", "biography"),
    "comedy": pgettext_lazy("genre", "comedy"),
    "crime": pgettext_lazy("genre", "crime"),
    "documentary": pgettext_lazy("genre", "documentary"),
    "drama": pgettext_lazy("genre", "drama"),
    "family": pgettext_lazy("genre", "family"),
    "fantasy": pgettext_lazy("genre", "fantasy"),
    "history": pgettext_lazy("genre", "history"),
    "horror": pgettext_lazy("genre", "horror"),
    "musical": pgettext_lazy("genre", "musical"),
    "mystery": pgettext_lazy("genre", "mystery"),
    "romance": pgettext_lazy("genre", "romance"),
    "scifi": pgettext_lazy("genre", "science fiction"),
    "short": pgettext_lazy("genre", "short film"),
    "thriller": pgettext_lazy("genre", "thriller"),
    "war": pgettext_lazy("genre", "war"),
    "western": pgettext_lazy("genre", "western"),
}

SPOKEN = {
    "ru": _("in Russian"),
    "en": _("in English"),
    "de": _("in German"),
    "fr": _("in French"),
    "it": _("in Italian"),
    "es": _("in Spanish"),
    "ja": _("in Japanese"),
    "ko": _("in Korean"),
    "zh": _("in Chinese"),
    "tt": _("in Tatar"),
    "kk": _("in Kazakh"),
    "uk": _("in Ukrainian"),
    "be": _("in Belarusian"),
}

FORMATS = {"35mm": _("35 mm")}

FREE = {
    "many": _("plenty of seats"),
    "few": _("few seats left"),
    "none": _("sold out"),
}
