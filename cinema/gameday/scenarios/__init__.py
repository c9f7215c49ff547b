"""All scenarios, in the order of a course: from what nobody notices to what stops the sales."""

from cinema.gameday.scenario import Scenario
from cinema.gameday.scenarios.bank import FailingBank, SlowBank
from cinema.gameday.scenarios.blocked import BlockedSales
from cinema.gameday.scenarios.city import HangingCity
from cinema.gameday.scenarios.primary import DeadPrimary, FailOver
from cinema.gameday.scenarios.replicas import DeadReplica, LaggingReplica
from cinema.gameday.scenarios.workers import KilledWorkers

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        LaggingReplica(),
        KilledWorkers(),
        DeadReplica(),
        BlockedSales(),
        DeadPrimary(),
        FailOver(),
        SlowBank(),
        FailingBank(),
        HangingCity(),
    )
}
