"""`depinsat queue`: messages in a station's journal, whether the station runs or not. docs/protocol.md has the records."""
import base64
import contextlib
import fcntl
import json
import os
import sqlite3
import struct
import time
import urllib.request

from . import station_config, station_http
from .errors import FAILED, CommandError
from .status import duration

APPLICATION, VERSION = 0x44504E4A, 1
OUTGOING, INCOMING = 0, 1
CLASSES = ("control", "duty", "transaction", "interactive", "block", "bulk")
TIMEOUT_S = 10
SHORTEST = 4  # hexadecimal digits of a key


def run(config_file: str, action: str, key: str | None, as_json: bool) -> int:
    config = station_config.load(config_file)
    file = config["link"]["journal"]
    messages = read(file)
    if action != "list":
        messages = [chosen(messages, key)]
    if action == "drop":
        drop(file, messages[0]["key"], config["telemetry"])
        return 0
    if as_json:
        print(json.dumps(messages if action == "list" else messages[0]))
    elif action == "list":
        show_list(messages)
    else:
        show(messages[0])
    return 0


def checked(database, file):
    application = database.execute("PRAGMA application_id").fetchone()[0]
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION:
        raise CommandError(f"{file}: is no journal of depinsat", FAILED)
    if version > VERSION:
        raise CommandError(f"{file}: was written by a newer depinsat", FAILED)
    return database


@contextlib.contextmanager
def opened(file: str, mode: str):
    """The journal, "ro" also beside a daemon that has it."""
    if not os.path.exists(file):
        raise CommandError(f"{file}: there is no journal; the station has never run", FAILED)
    try:
        with contextlib.closing(sqlite3.connect(f"file:{urllib.request.pathname2url(file)}?mode={mode}",
                                                uri=True, timeout=TIMEOUT_S)) as database:
            yield checked(database, file)
    except sqlite3.Error as error:
        raise CommandError(f"{file}: {error}", FAILED) from error


def read(file: str) -> list[dict]:
    """Messages to send in the order in which they were taken, then those that the station's bridges have not taken."""
    query = "SELECT sort, key, value FROM record WHERE sort <= 1 ORDER BY sort, key"
    with opened(file, "ro") as database:
        records = database.execute(query).fetchall()
    try:
        messages = [outgoing(key, value) if sort == OUTGOING else incoming(key, value) for sort, key, value in records]
    except (struct.error, IndexError) as error:
        raise CommandError(f"{file}: holds a record that makes no sense", FAILED) from error
    return sorted(messages, key=lambda m: (m["direction"] == "from", m["time"]))


def outgoing(key: bytes, value: bytes) -> dict:
    accepted, deadline, message_class, kind, _ = struct.unpack(">qqBBB", value[:19])
    if len(key) != 40 or len(value) < 51:
        raise struct.error
    return {"direction": "to", "peer": base64.b64encode(key[:32]).decode(), "key": value[19:51].hex(), "time": accepted / 1e9,
            "deadline": deadline / 1e9, "class": CLASSES[message_class], "kind": kind, "bytes": value[51:].hex()}


def incoming(key: bytes, value: bytes) -> dict:
    arrived, message_class, kind = struct.unpack(">qBB", value[:10])
    if len(key) != 64:
        raise struct.error
    return {"direction": "from", "peer": base64.b64encode(key[:32]).decode(), "key": key[32:].hex(), "time": arrived / 1e9,
            "deadline": None, "class": CLASSES[message_class], "kind": kind, "bytes": value[10:].hex()}


def chosen(messages: list[dict], key: str) -> dict:
    wanted = key.lower().removeprefix("0x")
    if len(wanted) < SHORTEST or set(wanted) - set("0123456789abcdef"):
        raise CommandError(f"KEY: is \"{key[:80]}\"; allowed: at least {SHORTEST} hexadecimal digits, as `queue list` shows them")
    found = [m for m in messages if m["key"].startswith(wanted)]
    if not found:
        raise CommandError(f"there is no message {key} in the journal", FAILED)
    if len({m["key"] for m in found}) > 1:
        raise CommandError(f"KEY: {len(found)} messages begin with {key}")
    return found[0]


def drop(file: str, key: str, telemetry: dict):
    """Of the journal; while the station runs, by the station, since it has the message in hand, too."""
    try:
        lock = open(file + ".lock", "a")
    except OSError as error:
        raise CommandError(f"{file}.lock: {error.strerror}", FAILED) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return drop_at_station(key, telemetry)
        drop_from_file(file, bytes.fromhex(key))


def drop_from_file(file: str, key: bytes):
    with opened(file, "rw") as database, database:
        database.execute("DELETE FROM record WHERE sort = ? AND substr(value, 20, 32) = ?", (OUTGOING, key))
        database.execute("DELETE FROM record WHERE sort = ? AND substr(key, 33) = ?", (INCOMING, key))


def drop_at_station(key: str, telemetry: dict):
    if not telemetry:
        raise CommandError("the station runs, and is asked to drop a message at telemetry.listen, which is missing", FAILED)
    if not station_http.ask(telemetry, "/queue/drop", {"key": key}).get("dropped"):
        raise CommandError("the station has no such message any more", FAILED)


def time_left(message: dict) -> str:
    if message["deadline"] is None:
        return "not taken"
    left = message["deadline"] - time.time()
    return f"{duration(left)} left" if left > 0 else "late"


def show_list(messages: list[dict]):
    for m in messages:
        age = duration(max(time.time() - m["time"], 0))
        print(f"{m['key'][:16]}  {m['direction']:<4} {m['peer'][:8]}  {m['class']:<11}  kind {m['kind']:<3} "
              f"{len(m['bytes']) // 2:>8} bytes  {age} old, {time_left(m)}")
    print(f"{len(messages)} messages")


def show(message: dict):
    for key, value in message.items():
        if key == "deadline":
            value = time_left(message)
        elif key == "time":
            value = f"{duration(max(time.time() - value, 0))} ago"
        print(f"{key:<10} {value}")
