"""How `collectstatic` stores the staff site's files."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """The same files wherever they are collected: WhiteNoise compresses with Brotli, too, where
    something else has installed it, and that takes half a minute."""

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(**{**options, "use_brotli": False})
