"""The results as a picture for the docs: how far each goal is reached. Readable on light and dark
pages, as GitHub and editors show it."""

from collections.abc import Sequence
from html import escape

from loadtest.bench.rounds import Result

WIDTH, LABELS, RIGHT = 920, 380, 150
ROW, BAR, TOP = 28, 14, 56
LONGEST = 2.0
"""Times the goal; longer bars end there."""

_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2933; }
  .small { font-size: 11px; fill: #5b6876; }
  .reached { fill: #2f855a; } .missed { fill: #c0562f; }
  .goal { stroke: #1f2933; stroke-width: 1.5; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e9ee; } .small { fill: #9aa7b4; }
    .reached { fill: #58b88a; } .missed { fill: #e58a63; } .goal { stroke: #e4e9ee; }
  }
"""


def picture(results: Sequence[Result]) -> str:
    height = TOP + ROW * len(results) + 16
    goal = LABELS + _length(1.0)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        ' aria-label="How far each goal is reached">',
        f"<style>{_STYLE}</style>",
        f'<text x="{goal:.0f}" y="24" text-anchor="middle">goal</text>',
        f'<line class="goal" x1="{goal:.1f}" x2="{goal:.1f}" y1="32" y2="{height - 10}"/>',
        *(line for place, result in enumerate(results) for line in _bar(result, place)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _bar(result: Result, place: int) -> list[str]:
    y = TOP + ROW * place
    length = _length(share_of_goal(result))
    kind = "reached" if result.reached else "missed"
    measure = result.measure
    name = escape(f"{measure.id}  {measure.what}")
    return [
        f'<text x="{LABELS - 12}" y="{y}" text-anchor="end">{name}</text>',
        f'<rect class="{kind}" x="{LABELS}" y="{y - BAR + 3}" width="{length:.1f}" height="{BAR}"'
        ' rx="2"/>',
        f'<text class="small" x="{LABELS + length + 8:.1f}" y="{y}">{escape(_said(result))}</text>',
    ]


def share_of_goal(result: Result) -> float:
    """1: just reached; more is better, also where less memory or time is."""
    goal, value = result.measure.goal, result.value
    return goal / value if result.measure.at_most else value / goal


def _said(result: Result) -> str:
    sign = "≤" if result.measure.at_most else "≥"
    unit = "" if result.yardstick else f" {result.measure.unit}"
    return f"{result.value:.3g}{unit}, goal {sign} {result.measure.goal:g}"


def _length(share: float) -> float:
    return (WIDTH - LABELS - RIGHT) * min(share, LONGEST) / LONGEST
