"""gunicorn for the yardstick: the provider's settings, read from the provider's own file, without
what is the application's: its hooks and its log."""

import runpy

_PLAIN = (int, float, str, bool, type(None))

globals().update(
    {
        name: value
        for name, value in runpy.run_path("cinema/gunicorn.conf.py").items()
        if isinstance(value, _PLAIN) and not name.startswith("_")
    }
)
