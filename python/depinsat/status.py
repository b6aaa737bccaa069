"""`depinsat status`: what a running station, or the simulated satellite, says of itself."""
import datetime
import json
import pathlib

from . import station_config, station_http
from .errors import CommandError


def run(config_file: str | None, satellite_file: str | None, as_json: bool) -> int:
    status = of_satellite(satellite_file) if satellite_file else of_station(config_file)
    if as_json:
        print(json.dumps(status))
    else:
        show(status)
    return 0


def of_station(config_file: str) -> dict:
    telemetry = station_config.load(config_file)["telemetry"]
    if not telemetry:
        raise CommandError(f"{config_file}: telemetry.listen: is missing; the station has no status to ask for")
    return station_http.ask(telemetry, "/status")


def of_satellite(status_file: str) -> dict:
    try:
        return station_http.checked(json.loads(pathlib.Path(status_file).read_text()))
    except OSError as error:
        raise CommandError(f"{status_file}: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"{status_file}: no status: {error}") from error


def duration(seconds: float) -> str:
    """"0.098 s", "12.5 s", "2 h 5 min"."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    minutes, hours, days = int(seconds / 60), int(seconds / 3600), int(seconds / 86400)
    if minutes < 60:
        return f"{minutes} min {int(seconds % 60)} s"
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{days} d {hours % 24} h"


def clock(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M:%S")


FORMATS = {  # by the end of a key
    "time": clock, "_s": duration, "_ms": "{:g} ms".format, "_db": "{:.1f} dB".format, "_hz": "{:,.0f} Hz".format,
    "_ppm": "{:.2f} ppm".format}


def text_of(key: str, value) -> str:
    """A value for people: times of day, units, "-" for what is not known."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        kind = next((kind for end, kind in FORMATS.items() if key.endswith(end)), None)
        return kind(value) if kind else f"{value:,}" if isinstance(value, int) else f"{value:.6g}"
    return str(value)


def rows(value, name: str = "", key: str = ""):
    """Pairs of a dotted name and a text, one for each value; what nobody but one gateway says is marked."""
    if isinstance(value, dict):
        mark = " (unverified)" if value.get("unverified") is True else ""
        for inner_key, inner in value.items():
            if isinstance(value.get("unverified"), bool) and inner_key == "unverified":
                continue  # it is the mark of the others
            for inner_name, text in rows(inner, f"{name}.{inner_key}" if name else inner_key, inner_key):
                yield inner_name, text + mark
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            label = inner.get("name", number) if isinstance(inner, dict) else number
            yield from rows(inner, f"{name}.{label}")
    else:
        yield name, text_of(key, value)


def show(status: dict) -> None:
    """Single values first, then a table for each section."""
    from rich.console import Console
    from rich.table import Table
    single = {key: value for key, value in status.items() if not isinstance(value, (dict, list))}
    for section, value in {"": single, **{key: value for key, value in status.items() if key not in single}}.items():
        table = Table(title=section or None, title_justify="left", show_header=False, box=None)
        for name, text in rows(value):
            table.add_row(name.lstrip("."), text)
        Console().print(table)
