"""A bank that answers late, or not at all."""

from collections.abc import Iterator

from cinema.gameday.scenario import READ_BOUND, Check, Scenario, Seen, all_answered
from cinema.gameday.stage import Stage
from cinema.gameday.traffic import Traffic

SLOW_SECONDS = 4.0
PAYMENT_BOUND = 15.0


class SlowBank(Scenario):
    name = "slow-bank"
    title = "The bank is slow"
    does = "the sandbox takes five seconds for every answer (manage.py sandbox_fault slow)"
    fault = "slow"
    watch = (
        "http_server_requests_in_progress: payments occupy threads while they wait",
        "payments_pending, and on the site: the buyer waits, the hold's clock runs",
    )
    expects = (
        "Films, seat maps and holds are answered as ever",
        "Payments begin late, or are asked to come again; no payment is made twice",
    )
    needs = "needs a city that takes payments in the sandbox: Irkutsk does"

    def fits(self, stage: Stage) -> bool:
        return stage.takes_payments

    def break_it(self, stage: Stage) -> None:
        stage.manage("sandbox_fault", self.fault)

    def mend(self, stage: Stage) -> None:
        if stage.takes_payments:
            stage.manage("sandbox_fault", "none")

    def shows(self, stage: Stage, traffic: Traffic) -> bool:
        payments = [answer for answer in traffic.answers if answer.kind == "payment"]
        return bool(payments) and payments[-1].seconds > SLOW_SECONDS

    def checks(self, stage: Stage, seen: Seen) -> Iterator[Check]:
        yield all_answered("Reads go on", seen.since_broken("visit"), 200, within=READ_BOUND)
        yield all_answered("Holds go on", seen.during("sale"), 201, 409, within=READ_BOUND)
        yield self._payments_during(seen)
        after = [answer for answer in seen.after("payment") if answer.status == 201]
        yield Check("Payments begin again", bool(after), f"{len(after)} began")

    def _payments_during(self, seen: Seen) -> Check:
        # Also those that were answered later: one takes longer than the bank may be slow for.
        payments = [a for a in seen.since_broken("payment") if a.asked_at < seen.mending_at]
        return all_answered("Payments begin late", payments, 201, 503, within=PAYMENT_BOUND)


class FailingBank(SlowBank):
    name = "failing-bank"
    title = "The bank is down"
    does = "the sandbox answers nothing (manage.py sandbox_fault down)"
    fault = "down"
    watch = (
        "payments_pending and payments_undecided_seconds: what was begun can't be decided",
        "The site says that paying doesn't work now, and keeps the hold",
    )
    expects = (
        "Films, seat maps and holds are answered as ever",
        "Payments get 503 with Retry-After; the same payment begins once the bank is back",
    )

    def shows(self, stage: Stage, traffic: Traffic) -> bool:
        return traffic.last_status("payment") == 503

    def _payments_during(self, seen: Seen) -> Check:
        payments = seen.during("payment")
        return all_answered("Payments are refused", payments, 503, within=PAYMENT_BOUND)
