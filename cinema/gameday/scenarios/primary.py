"""A primary that dies: it comes back, or a standby takes its place."""

from collections.abc import Iterator

from cinema.demo.errors import DemoError
from cinema.embedded.processes import eventually
from cinema.gameday.scenario import (
    NEEDS_DATABASE,
    READ_BOUND,
    SALE_BOUND,
    Check,
    Scenario,
    Seen,
    all_answered,
    some_sold,
)
from cinema.gameday.stage import Stage
from cinema.gameday.traffic import Traffic

REVIVAL_SECONDS = 30.0


class DeadPrimary(Scenario):
    name = "dead-primary"
    title = "The primary dies and comes back"
    does = "the primary is killed (kill -9) and left dead"
    watch = (
        "database_primary_alive and sales_accepted fall to 0",
        "/health/ready answers 503 and says what is missing; /health and /health/serving stay 200",
    )
    expects = (
        "Reads go on, from the replicas",
        "Sales and everything that staff do stop with 503 and Retry-After",
        "Mended, buyers' tries with the same key succeed, and nothing that was sold is lost",
    )
    alert = "PrimaryDown"
    needs = NEEDS_DATABASE
    breaks_database = True

    def break_it(self, stage: Stage) -> None:
        primary = stage.cluster.primary
        stage.orders.leave_dead(primary.name)
        primary.kill()

    def mend(self, stage: Stage) -> None:
        stage.orders.revive(stage.cluster.primary.name)

    def shows(self, stage: Stage, traffic: Traffic) -> bool:
        return not stage.is_ready() and traffic.last_status("sale") == 503

    def checks(self, stage: Stage, seen: Seen) -> Iterator[Check]:
        yield all_answered("Reads go on", seen.since_broken("visit"), 200, within=READ_BOUND)
        yield all_answered("Sales are refused", seen.during("sale"), 503, within=SALE_BOUND)
        yield some_sold("Sales come back", seen.after("sale"))


class FailOver(DeadPrimary):
    name = "failover"
    title = "The primary is lost and a standby takes its place"
    does = "the primary is killed and its data deleted; the most advanced standby is promoted"
    watch = (
        "The gap in success_bookings_total: that long nobody could buy",
        "The promoted server has a new timeline: tokens of before are answered by the primary",
    )
    expects = (
        "Reads go on from the other replica, with DEMO_REPLICAS=2 make demo; with the only one,"
        " which takes over, they get 503 until it has",
        "Sales stop with 503 until the new primary has a standby of its own",
        "Every sale that was acknowledged is still there: a standby had it before it was answered",
    )

    def break_it(self, stage: Stage) -> None:
        cluster = stage.cluster
        for server in cluster.servers:
            stage.orders.leave_dead(server.name)
        cluster.fail_over()

    def mend(self, stage: Stage) -> None:
        """The demo starts what may run again; the copy is made here."""
        cluster = stage.cluster
        stage.orders.revive(cluster.primary.name)
        if any(not standby.exists for standby in cluster.standbys):
            if not eventually(lambda: cluster.primary.running, within=REVIVAL_SECONDS):
                raise DemoError(f"The demo does not start the primary of {stage.city} again.")
            cluster.primary.wait_until_ready()
            cluster.replenish()
        for standby in cluster.standbys:
            stage.orders.revive(standby.name)

    def checks(self, stage: Stage, seen: Seen) -> Iterator[Check]:
        yield all_answered(
            "Readers get an answer or are asked to come again",
            seen.since_broken("visit"),
            200,
            503,
            within=SALE_BOUND,
        )
        yield all_answered("Sales are refused", seen.during("sale"), 503, within=SALE_BOUND)
        yield some_sold("Sales come back", seen.after("sale"))
