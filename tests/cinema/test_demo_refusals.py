"""Why `make demo` may refuse to start, and how it says so."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cinema.demo.workspace import PROJECT, Workspace
from cinema.embedded.memory import free_ports, port_is_free


def run_demo(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    first, site = free_range(4), free_ports(1)[0]
    return subprocess.run(
        [sys.executable, "-m", "cinema.demo", *arguments],
        cwd=PROJECT,
        env={
            **os.environ,
            "DEMO_DIRECTORY": str(directory),
            "DEMO_PORT": str(first),
            "DEMO_SITE_PORT": str(site),
            "DEMO_CITIES": "",
            "DEMO_PAYMENTS": "",
            "DATABASE_URL": "",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


def free_range(length: int) -> int:
    """The first of so many free ports that follow each other."""
    while True:
        [first] = free_ports(1)
        if first + length < 65536 and all(map(port_is_free, range(first, first + length))):
            return first


def the_one_line(refused: subprocess.CompletedProcess) -> str:
    assert refused.returncode == 1
    assert refused.stdout == ""
    [line] = refused.stderr.splitlines()
    return line


@pytest.mark.parametrize("place", [0, 2])
def test_a_busy_port_of_a_city_is_named_with_the_way_around_it(tmp_path, place):
    first = free_range(4)
    port = first + place
    with socket.create_server(("127.0.0.1", port)):
        refused = run_demo(tmp_path, DEMO_PORT=str(first))

    assert the_one_line(refused) == (
        f"Port {port} is already in use: stop what listens there or run"
        f" DEMO_PORT={port + 1} make demo"
    )


def test_a_busy_port_of_the_site_is_named_with_one_that_no_city_needs(tmp_path):
    site = free_range(4)
    with socket.create_server(("127.0.0.1", site)):
        refused = run_demo(tmp_path, DEMO_PORT=str(site + 1), DEMO_SITE_PORT=str(site))

    assert the_one_line(refused) == (
        f"Port {site} is already in use: stop what listens there or run"
        f" DEMO_SITE_PORT={site + 4} make demo"
    )


def test_the_way_around_a_busy_port_does_not_lead_onto_the_site_s(tmp_path):
    first = free_range(5)
    site = first + 4
    with socket.create_server(("127.0.0.1", first + 1)):
        refused = run_demo(tmp_path, DEMO_PORT=str(first), DEMO_SITE_PORT=str(site))

    assert the_one_line(refused).endswith(f"DEMO_PORT={site + 1} make demo")


def test_the_site_and_a_city_can_t_share_a_port(tmp_path):
    refused = run_demo(tmp_path, DEMO_PORT="9000", DEMO_SITE_PORT="9002")

    assert the_one_line(refused) == (
        "DEMO_SITE_PORT is 9002, which is a city's port: set it to a number outside of 9000 to"
        " 9002."
    )


@pytest.mark.parametrize("variable", ["DEMO_PORT", "DEMO_SITE_PORT"])
@pytest.mark.parametrize("port", ["eight", "0", "65536", "-1"])
def test_a_port_that_is_no_port_is_refused(tmp_path, port, variable):
    assert the_one_line(run_demo(tmp_path, **{variable: port})) == (
        f"{variable} is {port!r}: set it to a number from 1 to 65535."
    )


def test_a_first_port_that_leaves_no_room_for_the_others_is_refused(tmp_path):
    assert "leave room for 3 cities" in the_one_line(run_demo(tmp_path, DEMO_PORT="65534"))


def test_an_unknown_city_is_refused(tmp_path):
    refused = run_demo(tmp_path, DEMO_CITIES="kazan,paris")

    assert the_one_line(refused) == (
        "There is no city 'paris': choose from kazan, irkutsk, kaliningrad."
    )


def test_a_way_of_paying_that_does_not_exist_is_refused(tmp_path):
    refused = run_demo(tmp_path, DEMO_PAYMENTS="gold")

    assert the_one_line(refused) == "DEMO_PAYMENTS is 'gold': set it to none or sandbox."


def test_a_file_where_the_directory_should_be_is_refused(tmp_path):
    in_the_way = tmp_path / "demo"
    in_the_way.touch()

    refused = run_demo(in_the_way)

    assert the_one_line(refused).startswith(f"Can't write to {in_the_way}")


def test_a_second_demo_in_the_same_directory_is_refused(tmp_path):
    with Workspace(tmp_path).locked():
        refused = run_demo(tmp_path)

    assert the_one_line(refused).startswith("The demo is already running here")


def test_data_is_not_deleted_under_a_running_demo(tmp_path):
    kept = tmp_path / "kept"
    with Workspace(tmp_path).locked():
        kept.touch()
        refused = run_demo(tmp_path, "reset")

    assert the_one_line(refused).startswith("The demo is already running here")
    assert kept.exists()


def test_reset_deletes_everything(tmp_path):
    directory = tmp_path / "demo"
    with Workspace(directory).locked():
        (directory / "kazan").mkdir()

    assert run_demo(directory, "reset").returncode == 0
    assert not directory.exists()


def test_reset_leaves_a_directory_alone_that_is_not_the_demo_s(tmp_path):
    (tmp_path / "letters").touch()

    refused = run_demo(tmp_path, "reset")

    assert the_one_line(refused).startswith(f"{tmp_path} holds other files")
    assert (tmp_path / "letters").exists()


def test_a_database_that_does_not_answer_is_refused(tmp_path):
    [nobody_listens] = free_ports(1)

    refused = run_demo(
        tmp_path, DATABASE_URL=f"postgres://cinema:secret@127.0.0.1:{nobody_listens}/cinema"
    )

    assert refused.returncode == 1
    [line] = refused.stderr.splitlines()
    assert "DATABASE_URL can't be used" in line
    assert "secret" not in line
