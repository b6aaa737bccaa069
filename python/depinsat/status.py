"""`depinsat status`: what a running station, or the simulated satellite, says of itself."""
import json
import pathlib
import urllib.error
import urllib.request

from . import station_config
from .errors import FAILED, CommandError

TIMEOUT_S = 5


def run(config_file: str | None, satellite_file: str | None, as_json: bool) -> int:
    status = of_satellite(satellite_file) if satellite_file else of_station(config_file)
    if as_json:
        print(json.dumps(status))
    else:
        show(status)
    return 0


def of_station(config_file: str) -> dict:
    listen = station_config.load(config_file)["telemetry"].get("listen")
    if not listen:
        raise CommandError(f"{config_file}: telemetry.listen: is missing; the station has no status to ask for")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{listen}/status", timeout=TIMEOUT_S) as answer:
            return json.load(answer)
    except (urllib.error.URLError, OSError) as error:
        raise CommandError(f"no station answers at {listen}: {getattr(error, 'reason', error)}", FAILED) from error
    except ValueError as error:
        raise CommandError(f"what answers at {listen} is no station: {error}", FAILED) from error


def of_satellite(status_file: str) -> dict:
    try:
        return json.loads(pathlib.Path(status_file).read_text())
    except OSError as error:
        raise CommandError(f"{status_file}: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"{status_file}: no status: {error}") from error


def rows(value, name: str = ""):
    """Pairs of a dotted name and a text, one for each value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from rows(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            label = inner.get("name", number) if isinstance(inner, dict) else number
            yield from rows(inner, f"{name}.{label}")
    else:
        yield name, f"{value:.6g}" if isinstance(value, float) else str(value)


def show(status: dict) -> None:
    from rich.console import Console
    from rich.table import Table
    for section, value in status.items():
        if not isinstance(value, (dict, list)):
            value = {section: value}
            section = ""
        table = Table(title=section or None, title_justify="left", show_header=False, box=None)
        for name, text in rows(value):
            table.add_row(name.lstrip("."), text)
        Console().print(table)
