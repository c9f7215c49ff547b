"""What is printed on a ticket."""

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def qr(code: str) -> SafeString:
    """Dark on white whatever the scheme of the page: scanners want it so. For eyes, the code is
    written below it."""
    drawn = segno.make(code, error="m", micro=False)
    picture = drawn.svg_inline(
        dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(picture.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S308 drawn: no text is in it


@register.filter
def grouped(code: str) -> str:
    """7KQ4 M2XD 9TRA: for reading aloud."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@register.filter
def masked(email: str) -> str:
    """a…@example.org: enough to know one's own."""
    name, at, host = email.rpartition("@")
    return f"{name[:1]}…{at}{host}" if at else ""


@register.filter
def minutes_left(seconds: float | None) -> str:
    """9:05"""
    minutes, rest = divmod(int(seconds or 0), 60)
    return f"{minutes}:{rest:02}"
