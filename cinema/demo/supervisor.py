"""Starting a demo, watching over it, and leaving nothing behind."""

from collections.abc import Mapping

from cinema.demo.announce import Terminal, summary
from cinema.demo.choosing import Choice
from cinema.demo.city_process import CityProcess
from cinema.demo.errors import DemoError, StopRequested
from cinema.demo.provider import Opened, Provider, collecting_files
from cinema.demo.revival import Revival
from cinema.demo.site import Site
from cinema.demo.stopping import Stop
from cinema.demo.workspace import Secrets, Workspace
from cinema.embedded import Cluster


def up(choice: Choice, workspace: Workspace, terminal: Terminal) -> None:
    """Run until somebody asks to stop; everything that could not be done is a DemoError."""
    stop = Stop()
    stop.listen()
    with workspace.locked():
        workspace.withdraw()  # what a killed demo left would promise too much
        choice.check_ports()
        demo = Demo(choice, workspace, terminal, stop)
        try:
            demo.start()
            demo.announce()
            terminal.show(summary(choice, demo.opened, workspace))
            demo.watch()
        except StopRequested:
            terminal.say("Stopping")
        finally:
            workspace.withdraw()
            demo.stop()
        terminal.say("Stopped; the data is kept")


class Demo:
    """The site and a process for each city."""

    def __init__(
        self, choice: Choice, workspace: Workspace, terminal: Terminal, stop: Stop
    ) -> None:
        self._choice = choice
        self._workspace = workspace
        self._terminal = terminal
        self._stop = stop
        self._site = Site(choice, workspace, stop)
        password = Secrets(workspace.directory / "secrets.json").password()
        self._cities = [
            CityProcess(
                Provider(
                    city, choice.site_url, password, workspace, stop, terminal.speaker(city.name)
                ),
                stop,
            )
            for city in choice.cities
        ]

    @property
    def opened(self) -> dict[str, Opened]:
        """By id, the cities that have sold since the start."""
        return {one.city.id: one.opened for one in self._cities if one.opened}

    def start(self) -> None:
        """The site first: it waits for no city."""
        for city in self._cities:
            city.launch()
        self._site.start()
        with collecting_files(self._workspace, self._stop):
            if self._site.web:
                self._site.web.wait_until_ready(self._stop)
            self._terminal.say(f"The site is open: {self._choice.site_url}/")
        while len(self.opened) < len(self._cities):
            for city in self._cities:
                city.look()
            self._stop.sleep()

    def announce(self) -> None:
        opened = self.opened
        shared = addresses(self._choice, opened)
        for place, city in enumerate(self._choice.cities):
            variables = {**opened[city.id].variables(), **shared}
            self._workspace.announce(city.id, variables, first=place == 0)

    def watch(self) -> None:
        """Start again what dies, until somebody asks to stop."""
        say = self._terminal.say
        revivals = [Revival(city, say, restart=True) for city in self._cities]
        if self._site.web:
            revivals.append(Revival(self._site.web, say, restart=True))
        while True:
            self._stop.sleep(0.5)
            for revival in revivals:
                revival.look()
            if any(self._reported(city) for city in self._cities):
                self.announce()

    def _reported(self, city: CityProcess) -> bool:
        try:
            return city.look()
        except DemoError as failure:  # the others go on
            self._terminal.say(str(failure))
            return False

    def stop(self) -> None:
        """The site first, as it asks the cities that sell; then these, all at once."""
        for city in self._cities:
            if not city.opened:
                city.terminate()
        self._site.stop()
        for city in self._cities:
            city.terminate()
        for city in self._cities:
            city.stop()


def addresses(choice: Choice, opened: Mapping[str, Opened]) -> dict[str, str]:
    """All cities' addresses and tokens for scripts."""
    variables = {"CITY_IDS": ",".join(city.id for city in choice.cities)}
    for city in choice.cities:
        variables[f"API_URL_{city.id.upper()}"] = city.url
        variables[f"API_TOKEN_{city.id.upper()}"] = opened[city.id].api_token
    return variables


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
