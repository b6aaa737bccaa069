"""The station's configuration: depinsatd reads and checks it, so that there is one checker."""
import json
import subprocess
import sys

from . import places
from .errors import CommandError

PATH_SECTIONS = ("waveform", "radio", "transmit", "modem")


class Refused(SystemExit):
    """depinsatd has said what is wrong; its exit status is passed on."""


def load(file: str) -> dict:
    """Every value in use of a station.toml, keys as there."""
    result = subprocess.run([places.program("depinsatd"), "--config", file, "--print-config"],
                            capture_output=True, text=True)
    if result.returncode:
        sys.stderr.write(result.stderr)
        raise Refused(result.returncode if result.returncode > 0 else 1)
    return json.loads(result.stdout)


def of_path(file: str, config: dict, name: str | None) -> dict:
    """The configuration as one path sees it: its own sections at the top, and the name by which a satellite knows it.

    Raises CommandError if there is no path of that name, or None of several.
    """
    paths = {path["name"]: path for path in config.get("path", ())}
    station = config["station"]["name"]
    if not paths and name is None:
        return config | {"satellite_name": station}
    if name not in paths:
        problem = f"is \"{name}\"" if name else "is missing, as the station has [[path]]"
        raise CommandError(f"{file}: --path {problem}; allowed: {', '.join(paths) or 'none, as it has no [[path]]'}")
    return config | {key: paths[name][key] for key in PATH_SECTIONS} | {"satellite_name": f"{station}-{name}"}
