"""A cinema that breaks a promise is caught, with real buyers and real servers: else a run that
finds nothing would say nothing."""

from pathlib import Path

import psycopg

from loadtest.torture.running import Outcome, Run, torture
from loadtest.torture.stage import Stage

SEED = 10


def rules_broken(outcome: Outcome) -> set[str]:
    return {violation.rule for violation in outcome.violations}


def drop_the_constraint(stage: Stage) -> None:
    with psycopg.connect(stage.cluster.primary.url()) as connection:
        connection.execute("DROP INDEX one_live_ticket_per_seat")


def provider(settings: str) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": f"tests.torture.{settings}"}


def test_without_the_constraint_seats_are_found_to_be_sold_twice(tmp_path: Path) -> None:
    run = Run(SEED, 6, tmp_path / "run", faults=(), prepare=drop_the_constraint)
    assert "a seat is owned once" in rules_broken(torture(run))


def test_without_idempotency_keys_are_found_to_have_two_answers(tmp_path: Path) -> None:
    run = Run(SEED, 6, tmp_path / "run", faults=(), settings=provider("without_keys"))
    assert "a key has one answer" in rules_broken(torture(run))


def test_without_tokens_buyers_are_found_not_to_see_what_they_bought(tmp_path: Path) -> None:
    faults, settings = ("stop_replay",), provider("without_tokens")
    run = Run(SEED, 9, tmp_path / "run", faults=faults, settings=settings)
    assert "a token's reader sees the write" in rules_broken(torture(run))


def test_with_asynchronous_replication_sales_are_found_to_be_lost_in_a_failover(
    tmp_path: Path,
) -> None:
    faults = ("isolate_and_fail_over",)
    run = Run(SEED, 9, tmp_path / "run", faults=faults, synchronous=False)
    assert "no sale is lost" in rules_broken(torture(run))


def test_sales_confirmed_without_a_standby_are_found_to_be_lost_in_a_failover(
    tmp_path: Path,
) -> None:
    faults, settings = ("isolate_and_fail_over",), provider("without_durability")
    run = Run(SEED, 9, tmp_path / "run", faults=faults, settings=settings)
    assert "no sale is lost" in rules_broken(torture(run))
