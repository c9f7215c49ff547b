"""Alerts about a city's pods, its background work and its certificate."""

from pathlib import Path

import pytest

from tests.alerts import quiet
from tests.alerts.incidents import Incident, check, counted, promtool, stays
from tests.alerts.rules import PROVIDER

DAY = 86400
UP = 'up{city="kazan",instance="kazan-2",job="kazan"}'
CERTIFICATE = 'probe_ssl_earliest_cert_expiry{city="kazan",instance="https://kazan"}'
BUSY = [f'http_server_requests_in_progress{{city="kazan",instance="{pod}"}}' for pod in quiet.PODS]
SALES_ACCEPTED = [f'sales_accepted{{city="kazan",instance="{pod}"}}' for pod in quiet.PODS]
CHORES = [name for name in quiet.provider() if quiet.CHORES in name and "chore=" in name]

INCIDENTS = [
    Incident(
        "nothing is heard of any pod",
        18,
        dict.fromkeys(SALES_ACCEPTED, stays((10, 1))),
        ("PodsMissing severity=page city=kazan",),
    ),
    Incident(
        "nothing is heard of any pod for a moment",
        11,
        dict.fromkeys(SALES_ACCEPTED, f"{stays((10, 1))} stale"),
    ),
    Incident("nothing is heard of one pod", 30, {SALES_ACCEPTED[0]: stays((10, 1))}),
    Incident(
        "a pod hangs",
        21,
        {UP: stays((10, 1), (50, 0))},
        ("PodsMissing severity=ticket city=kazan instance=kazan-2",),
    ),
    Incident("a pod starts slowly", 19, {UP: stays((10, 1), (50, 0))}),
    Incident(
        "nearly all threads are busy",
        16,
        dict.fromkeys(BUSY, stays((10, 2), (50, 15))),
        ("WorkersSaturated severity=ticket city=kazan",),
    ),
    Incident(
        "all threads are busy for a moment", 14, dict.fromkeys(BUSY, stays((10, 2), (50, 16)))
    ),
    Incident("most threads are busy", 30, dict.fromkeys(BUSY, stays((60, 14)))),
    Incident("one pod is full, the other isn't", 30, {BUSY[0]: stays((60, 16))}),
    Incident(
        "one chore fails",
        26,
        {CHORES[0]: counted((10, 1), (50, 0))},
        ("ChoresStopped severity=page city=kazan chore=send_notices",),
    ),
    Incident("one chore has failed for some minutes", 24, {CHORES[0]: counted((10, 1), (50, 0))}),
    Incident(
        "of two who do the chores one hangs",
        40,
        {CHORES[0].replace("kazan-chores", "kazan-chores-2"): counted((10, 1), (50, 0))},
    ),
    Incident(
        "nothing is heard of any chore",
        21,
        dict.fromkeys(CHORES, counted((10, 1))),
        ("ChoresStopped severity=page city=kazan",),
    ),
    Incident(
        "the certificate ends in less than 14 days",
        71,
        {CERTIFICATE: stays((200, 14 * DAY + 300))},
        ("CertificateExpires severity=ticket city=kazan instance=https://kazan",),
    ),
    Incident(
        "the certificate ends in more than 14 days",
        71,
        {CERTIFICATE: stays((200, 14 * DAY + 72 * 60))},
    ),
    Incident(
        "the certificate has ended, and nobody is told its date any more",
        120,
        {CERTIFICATE: stays((60, 3600))},
        ("CertificateExpires severity=ticket city=kazan instance=https://kazan",),
    ),
    Incident(
        "another certificate was seen for a moment",
        60,
        {CERTIFICATE: stays((10, 60 * DAY), (100, DAY))},
    ),
    Incident("nobody looks at the certificate", 71, {CERTIFICATE: None}),
]


@pytest.mark.parametrize("incident", INCIDENTS, ids=str)
def test_raises_what_it_must_and_nothing_else(incident: Incident, tmp_path: Path) -> None:
    check(incident, quiet.provider(), PROVIDER, tmp_path)


@pytest.mark.parametrize(
    ("seen", "labels", "summary", "description"),
    [
        (
            {CHORES[0]: counted((1, 1), (50, 0))},
            {"chore": "send_notices"},
            "Background work of kazan stands still: send_notices",
            "send_notices has not succeeded for more than 10 minutes in kazan: emails, lost "
            "payments and the check for seats sold twice wait.",
        ),
        (
            {},
            {},
            "Background work of kazan stands still",
            "No run_chores is heard of in kazan: emails, lost payments and the check for "
            "seats sold twice wait.",
        ),
    ],
    ids=["a chore", "all of them"],
)
def test_chores_stopped_says_which(
    seen: dict[str, str],
    labels: dict[str, str],
    summary: str,
    description: str,
    tmp_path: Path,
) -> None:
    expected = {
        "exp_labels": {"severity": "page", "city": "kazan", **labels},
        "exp_annotations": {
            "summary": summary,
            "description": description,
            "runbook": "docs/runbooks/ChoresStopped.md",
        },
    }
    promtool(
        PROVIDER,
        tmp_path,
        {
            "interval": "30s",
            "input_series": [{"series": name, "values": values} for name, values in seen.items()],
            "alert_rule_test": [
                {"alertname": "ChoresStopped", "eval_time": "20m", "exp_alerts": [expected]}
            ],
        },
    )
