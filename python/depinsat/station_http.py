"""What a running station answers at telemetry.listen."""
import http.client
import json
import pathlib
import urllib.error
import urllib.request

from .errors import FAILED, CommandError

TIMEOUT_S = 5


def checked(answer) -> dict:
    if not isinstance(answer, dict):
        raise ValueError("is no JSON object")
    return answer


def ask(telemetry: dict, path: str, body: dict | None = None) -> dict:
    """The answer to GET, or to POST of a body; `telemetry` is that section of the station's configuration."""
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if "token_file" in telemetry:
        headers["Authorization"] = "Bearer " + token(telemetry["token_file"])
    listen = telemetry["listen"]
    request = urllib.request.Request(f"http://{listen}{path}", json.dumps(body).encode() if body is not None else None, headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            return checked(json.load(answer))
    except urllib.error.HTTPError as error:
        raise CommandError(f"the station at {listen} refuses: {error.code} {error.reason}", FAILED) from error
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise CommandError(f"no station answers at {listen}: {getattr(error, 'reason', error)}", FAILED) from error
    except ValueError as error:
        raise CommandError(f"what answers at {listen} is no station: {error}", FAILED) from error


def token(file: str) -> str:
    try:
        return pathlib.Path(file).read_text().strip()
    except (OSError, ValueError) as error:
        raise CommandError(f"telemetry.token_file: {file}: {getattr(error, 'strerror', None) or error}") from error
