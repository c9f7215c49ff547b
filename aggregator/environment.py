"""Variables of the environment, read strictly: a wrong one is a sentence that names it, before
anything has begun."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

LARGEST = 2**31 - 1
_WANTED = {
    bool: "true or false",
    int: f"a whole number from 0 to {LARGEST}",
    float: "a number, 0 or more",
}


class Environment(environ.Env):
    """Raises ImproperlyConfigured for a number or a switch that is none. django-environ would take
    any unknown word for false, so that `HTTPS=yess` would switch safety off."""

    def get_value(
        self,
        var: str,
        cast: Any = None,
        default: Any = environ.Env.NOTSET,
        parse_default: bool = False,
    ) -> Any:
        try:
            value = super().get_value(var, cast, default, parse_default)
        except (ValueError, OverflowError):
            value = None
        if value is None or (cast in _WANTED and not self._fits(var, cast, value)):
            wanted = _WANTED.get(cast, "written otherwise")
            given = f", not {self.ENVIRON.get(var)!r}" if cast in _WANTED else ""
            raise ImproperlyConfigured(f"{var} must be {wanted}{given}: see docs/aggregator.md.")
        return value

    def _fits(self, var: str, cast: type, value: Any) -> bool:
        if cast is bool:
            known = (*self.BOOLEAN_TRUE_STRINGS, "false", "off", "no", "n", "0")
            return var not in self.ENVIRON or self.ENVIRON[var].strip().lower() in known
        return bool(0 <= value <= LARGEST)  # False for NaN
