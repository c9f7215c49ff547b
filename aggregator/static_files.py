"""The site's own styles, scripts and pictures."""

import re
from pathlib import Path

from servestatic import ServeStaticASGI

_HASHED = re.compile(r"^.+\.[0-9a-f]{12}\..+$")


def static_files(root: Path, *, autorefresh: bool) -> ServeStaticASGI:
    """Files with a hash in their names are kept for ever. `autorefresh`: looked up anew for every
    request, while somebody works on them."""
    return ServeStaticASGI(
        None,
        root=root,
        prefix="static/",
        autorefresh=autorefresh,
        allow_all_origins=False,
        immutable_file_test=lambda path, url: bool(_HASHED.match(url)),
    )
