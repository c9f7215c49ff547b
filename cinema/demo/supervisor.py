"""Starting a demo, watching over it, and leaving nothing behind."""

import os

from cinema.demo.announce import Terminal, summary
from cinema.demo.cities import City
from cinema.demo.errors import StopRequested
from cinema.demo.provider import Provider
from cinema.demo.revival import Revival, Watched
from cinema.demo.stopping import Stop
from cinema.demo.webserver import check_port
from cinema.demo.workspace import Workspace
from cinema.embedded import Cluster


def up(city: City, workspace: Workspace, terminal: Terminal) -> None:
    """Run until somebody asks to stop; everything that could not be done is a DemoError."""
    stop = Stop()
    stop.listen()
    with workspace.locked():
        workspace.withdraw()  # what a killed demo left would promise too much
        check_port(city.port)
        provider = Provider(city, workspace, stop, terminal.say)
        try:
            provider.start()
            workspace.announce(provider.variables())
            terminal.show(summary(provider, workspace))
            _watch(provider, terminal, stop)
        except StopRequested:
            terminal.say("Stopping")
        finally:
            workspace.withdraw()
            provider.stop()
        terminal.say("Stopped; the data is kept")


def _watch(provider: Provider, terminal: Terminal, stop: Stop) -> None:
    own: list[Watched] = [*([provider.web] if provider.web else []), *provider.chores]
    revivals = [Revival(process, terminal.say, restart=True) for process in own]
    if provider.cluster:
        restart = os.environ.get("DEMO_RESTART_DATABASE", "1") != "0"
        revivals += [
            Revival(server, terminal.say, restart=restart) for server in provider.cluster.servers
        ]
    while True:
        stop.sleep(0.5)
        for revival in revivals:
            revival.look()


def reset(workspace: Workspace, terminal: Terminal) -> None:
    """Delete what the demos left; a database of DATABASE_URL is not touched."""
    if not workspace.directory.exists():
        terminal.say("There is nothing to delete")
        return
    with workspace.locked():
        for directory in workspace.clusters():
            Cluster(directory).stop()  # a killed demo may have left it running
        workspace.delete()
    terminal.say(f"Deleted {workspace.directory}")
