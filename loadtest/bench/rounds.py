"""Measuring in alternation: product, yardstick, product, … so that both have the same weather."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from cinema.demo.stopping import Stop

Figure = Callable[[], float]


@dataclass(frozen=True)
class Measure:
    """`goal`: of product ÷ yardstick, or of the product's figure where there is no yardstick; at
    least, unless `at_most`. `id`: the row of the goals, docs/benchmark.md."""

    id: str
    what: str
    unit: str
    goal: float
    product: Figure
    yardstick: Figure | None = None
    against: str = ""
    at_most: bool = False


@dataclass(frozen=True)
class Result:
    """A figure of each for every round."""

    measure: Measure
    product: list[float]
    yardstick: list[float]

    @property
    def values(self) -> list[float]:
        """What the goal is about."""
        if not self.yardstick:
            return self.product
        return [ours / theirs for ours, theirs in zip(self.product, self.yardstick, strict=True)]

    @property
    def value(self) -> float:
        return median(self.values)

    @property
    def reached(self) -> bool:
        goal = self.measure.goal
        return self.value <= goal if self.measure.at_most else self.value >= goal


def measured(measure: Measure, rounds: int, stop: Stop) -> Result:
    """Raises Failed when anything did, whichever round it was in."""
    product: list[float] = []
    yardstick: list[float] = []
    for number in range(-1, rounds):  # the first only warms both up
        stop.check()
        ours = measure.product()
        theirs = measure.yardstick() if measure.yardstick else None
        if number < 0:
            continue
        product.append(ours)
        if theirs is not None:
            yardstick.append(theirs)
    return Result(measure, product, yardstick)
