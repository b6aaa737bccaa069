"""The station's configuration: depinsatd reads and checks it, so that there is one checker."""
import json
import subprocess
import sys

from . import places


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
