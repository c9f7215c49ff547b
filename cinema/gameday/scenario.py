"""What a scenario is, and what is seen while it is played."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from cinema.demo.errors import DemoError
from cinema.gameday.stage import Stage
from cinema.gameday.traffic import Answer, Traffic

READ_BOUND = 5.0
SALE_BOUND = 12.0
NEEDS_DATABASE = (
    "needs a database of the demo's own, and a city where buyers pay nothing online: Kazan is one"
)


@dataclass(frozen=True)
class Check:
    """What should be so, whether it is, and what was seen."""

    says: str
    holds: bool
    seen: str = ""


@dataclass(frozen=True)
class Seen:
    """All answers, and when it was broken (the symptom showed) and mended (all was well again)."""

    traffic: Traffic
    broken_at: float
    symptom_at: float
    mending_at: float
    mended_at: float

    def all(self, kind: str) -> list[Answer]:
        return [answer for answer in self.traffic.answers if answer.kind == kind]

    def during(self, kind: str) -> list[Answer]:
        """Asked and answered while the symptom showed."""
        return [
            answer
            for answer in self.all(kind)
            if self.symptom_at <= answer.asked_at
            and answer.asked_at + answer.seconds < self.mending_at
        ]

    def after(self, kind: str) -> list[Answer]:
        return [a for a in self.all(kind) if a.asked_at >= self.mended_at]

    def since_broken(self, kind: str) -> list[Answer]:
        return [a for a in self.all(kind) if a.asked_at >= self.broken_at]


class Scenario:
    """One way to break a city. `mend` puts right whatever `break_it` has done, and may be called
    at any time."""

    name: ClassVar[str]
    title: ClassVar[str]
    does: ClassVar[str]
    watch: ClassVar[tuple[str, ...]]
    expects: ClassVar[tuple[str, ...]]
    alert: ClassVar[str | None] = None
    alert_seconds: ClassVar[float] = 30.0
    """How long it may take until the alert's condition is true; it fires still later."""
    needs: ClassVar[str] = "needs a city where buyers pay nothing online: Kazan is one"
    """The end of a sentence: what a city must have."""
    breaks_database: ClassVar[bool] = False
    """Then it needs the demo's own database."""
    through_site: ClassVar[bool] = False
    buyers: ClassVar[int] = 3

    def fits(self, stage: Stage) -> bool:
        """Whether it can be played here. Where buyers have to pay nothing is kept as sold, so
        most scenarios show less there."""
        return not stage.takes_payments and (stage.has_cluster or not self.breaks_database)

    def alert_for(self, stage: Stage) -> str | None:
        return self.alert

    def break_it(self, stage: Stage) -> None:
        raise NotImplementedError

    def mend(self, stage: Stage) -> None:
        raise NotImplementedError

    def shows(self, stage: Stage, traffic: Traffic) -> bool:
        """Whether the trouble can be seen from outside."""
        raise NotImplementedError

    def is_mended(self, stage: Stage, traffic: Traffic) -> bool:
        """Ready is not enough: until a standby follows again, sales wait and are refused."""
        return stage.is_ready() and traffic.last_status("sale") in (201, 409)

    def checks(self, stage: Stage, seen: Seen) -> Iterator[Check]:
        raise NotImplementedError


def all_answered(says: str, answers: list[Answer], *statuses: int, within: float) -> Check:
    """That there were some, with nothing but these statuses, none slower than `within` seconds."""
    wrong = [a for a in answers if a.status not in statuses or a.seconds > within]
    seen = f"{len(answers)} answers"
    if answers:
        seen += f", the slowest after {max(answer.seconds for answer in answers):.1f} s"
    if wrong:
        first = wrong[0]
        seen += (
            f"; {len(wrong)} were not as expected, the first: {first.status or 'no answer'}"
            f" after {first.seconds:.1f} s {first.detail}"
        )
    return Check(says, bool(answers) and not wrong, seen)


def some_sold(says: str, answers: list[Answer]) -> Check:
    sold = sum(answer.status == 201 for answer in answers)
    return Check(says, sold > 0, f"{sold} of {len(answers)} attempts")


def nothing_sold_twice(stage: Stage, seen: Seen) -> Iterator[Check]:
    """What must be true after every scenario."""
    lost = seen.traffic.lost()
    says = "No sale that was acknowledged is lost"
    yield Check(says, not lost, f"{len(seen.traffic.kept)} kept bookings" + "; ".join(["", *lost]))
    says = "Buyers always saw their own purchase"
    yield Check(says, not seen.traffic.stale, f"{len(seen.traffic.stale)} did not")
    try:
        checked = stage.manage("check_tickets")
    except DemoError as failure:
        checked = str(failure)
    yield Check("No seat was sold twice", checked.endswith("all right"), checked)
