"""Orbits of satellites from files: TLE with two or three lines, or OMM as JSON or CSV; propagated by SGP4."""
import csv
import dataclasses
import datetime
import io
import json
import math
import pathlib

from sgp4 import api
from sgp4.io import compute_checksum

from .errors import FAILED, CommandError

ALLOWED = "allowed: TLE, or OMM (CCSDS 502.0-B) as JSON or CSV"
LINE_LENGTH = 69
SGP4_EPOCH = datetime.datetime(1949, 12, 31, tzinfo=datetime.timezone.utc)
LARGEST_NUMBER = 339_999  # that SGP4's record of a satellite takes; it plays no part in the orbit
# Of OMM: key, least, most; SGP4 wants orbits that go round the Earth.
OMM_NUMBERS = (("MEAN_MOTION", 0.01, 20.0), ("ECCENTRICITY", 0.0, 0.999999), ("INCLINATION", 0.0, 180.0),
               ("RA_OF_ASC_NODE", -360.0, 360.0), ("ARG_OF_PERICENTER", -360.0, 360.0), ("MEAN_ANOMALY", -360.0, 360.0),
               ("BSTAR", -10.0, 10.0), ("MEAN_MOTION_DOT", -10.0, 10.0), ("MEAN_MOTION_DDOT", -10.0, 10.0))


@dataclasses.dataclass
class Orbit:
    name: str
    number: int  # of the catalogue
    record: api.Satrec

    @property
    def epoch(self) -> datetime.datetime:
        days = self.record.jdsatepoch - 2433281.5 + self.record.jdsatepochF  # from 1949-12-31
        return SGP4_EPOCH + datetime.timedelta(days=days)

    @property
    def period_s(self) -> float:
        return 60.0 * 2.0 * math.pi / self.record.no_kozai

    def at(self, day: float, fraction: float) -> tuple[tuple, tuple]:
        """Position in km and velocity in km/s, TEME of date, at a Julian date in UTC."""
        error, position, velocity = self.record.sgp4(day, fraction)
        if error:
            raise CommandError(f"{self.name} ({self.number}): the orbit cannot be computed for the time asked for: "
                               f"{api.SGP4_ERRORS[error]}; are the elements too old?", FAILED)
        return position, velocity


def read(file: str) -> list[Orbit]:
    try:
        text = pathlib.Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file}: is no text; {ALLOWED}") from error
    start = text.lstrip()[:1]
    if start in ("[", "{"):
        orbits = read_json(file, text)
    elif start == "<":
        raise CommandError(f"{file}: is XML; {ALLOWED}")
    elif "MEAN_MOTION" in text.split("\n", 1)[0]:
        orbits = [from_omm(f"{file}:{number}", fields) for number, fields in enumerate(csv.DictReader(io.StringIO(text)), 2)]
    else:
        orbits = read_tle(file, text)
    if not orbits:
        raise CommandError(f"{file}: holds no orbit; {ALLOWED}")
    return orbits


def read_json(file: str, text: str) -> list[Orbit]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise CommandError(f"{file}: {error}") from error
    messages = content if isinstance(content, list) else [content]
    return [from_omm(f"{file}: message {number}", fields) for number, fields in enumerate(messages, 1)]


def read_tle(file: str, text: str) -> list[Orbit]:
    lines = [(number, line.rstrip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    orbits, name = [], ""
    while lines:
        number, line = lines.pop(0)
        if not line.startswith("1 "):
            if name or (line.startswith("2 ") and len(line) == LINE_LENGTH):
                raise CommandError(f"{file}:{number}: is no line 1 of a TLE; {ALLOWED}")
            name = line.removeprefix("0 ").strip()
            continue
        if not lines or not lines[0][1].startswith("2 "):
            raise CommandError(f"{file}:{number}: no line 2 follows")
        orbits.append(from_tle(file, name, (number, line), lines.pop(0)))
        name = ""
    if name:
        raise CommandError(f"{file}: no line 1 of a TLE follows \"{name[:40]}\"; {ALLOWED}")
    return orbits


def from_tle(file: str, name: str, first: tuple[int, str], second: tuple[int, str]) -> Orbit:
    for number, line in (first, second):
        if len(line) != LINE_LENGTH:
            raise CommandError(f"{file}:{number}: has {len(line)} characters; a line of a TLE has {LINE_LENGTH}")
        if not line[-1].isdigit() or compute_checksum(line) != int(line[-1]):
            raise CommandError(f"{file}:{number}: the checksum is {line[-1]}, but the line makes {compute_checksum(line)}: it is damaged")
    try:
        record = api.Satrec.twoline2rv(first[1], second[1])
    except (ValueError, IndexError) as error:
        raise CommandError(f"{file}:{first[0]}: is no TLE: {str(error).splitlines()[0]}") from error
    return checked(f"{file}:{first[0]}", Orbit(name or f"satellite {record.satnum}", record.satnum, record))


def from_omm(where: str, fields) -> Orbit:
    if not isinstance(fields, dict):
        raise CommandError(f"{where}: is no object; {ALLOWED}")
    values = [omm_number(where, fields, *limits) for limits in OMM_NUMBERS]
    motion, eccentricity, inclination, node, pericenter, anomaly, drag, motion_dot, motion_ddot = values
    number = int(omm_number(where, fields, "NORAD_CAT_ID", 1, 999_999_999))
    epoch = (omm_epoch(where, fields) - SGP4_EPOCH) / datetime.timedelta(days=1)
    per_minute = 2.0 * math.pi / 1440.0  # rad/min of one revolution a day
    record = api.Satrec()
    record.sgp4init(api.WGS72, "i", number if number <= LARGEST_NUMBER else 0, epoch, drag, motion_dot * per_minute / 1440.0,
                    motion_ddot * per_minute / 1440.0**2, eccentricity, math.radians(pericenter), math.radians(inclination),
                    math.radians(anomaly), motion * per_minute, math.radians(node))
    return checked(where, Orbit(str(fields.get("OBJECT_NAME") or f"satellite {number}"), number, record))


def omm_number(where: str, fields: dict, key: str, least: float, most: float) -> float:
    try:
        value = float(fields[key])
    except KeyError:
        raise CommandError(f"{where}: {key} is missing") from None
    except (TypeError, ValueError):
        value = math.nan
    if not least <= value <= most:
        raise CommandError(f"{where}: {key} is {str(fields[key])[:40]}; allowed: {least:g} to {most:g}")
    return value


def omm_epoch(where: str, fields: dict) -> datetime.datetime:
    text = str(fields.get("EPOCH", "")).removesuffix("Z")
    try:
        return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise CommandError(f"{where}: EPOCH is \"{text[:40]}\"; allowed: as 2026-11-30T12:00:00.000000, UTC") from None


def checked(where: str, orbit: Orbit) -> Orbit:
    if orbit.record.error:
        raise CommandError(f"{where}: {orbit.name}: {api.SGP4_ERRORS[orbit.record.error]}")
    return orbit
