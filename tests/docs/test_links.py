"""Every link between our documents leads somewhere: to a file, and to a heading in it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGES = sorted(
    page
    for folder in (".", "docs", "charts", "tests")
    for page in (ROOT / folder).glob("*.md" if folder == "." else "**/*.md")
)
_FENCED = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")


def links(page: Path) -> list[str]:
    text = re.sub(r"`[^`\n]*`", "", _FENCED.sub("", page.read_text(encoding="utf-8")))
    return [link for link in _LINK.findall(text) if not re.match(r"\w+:", link)]


def anchors(page: Path) -> set[str]:
    """As GitLab and GitHub make them of headings."""
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        has_headings = target.is_file() and target.suffix == ".md"
        if not target.exists() or (anchor and has_headings and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_links_are_found():
    assert "docs/configuration.md#the-demo" in links(ROOT / "README.md")
    assert "the-demo" in anchors(ROOT / "docs/configuration.md")
