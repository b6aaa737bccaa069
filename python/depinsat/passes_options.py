"""The options of `depinsat passes`, with their limits."""
import argparse
import datetime
import math


def add(sub):
    sub.add_argument("--config", metavar="FILE", help="the station's file, station.toml: its [passes] has what the options do not say")
    sub.add_argument("--orbit", type=orbit, action="append", default=[], metavar="[PATH=]FILE",
                     help="TLE, or OMM as JSON or CSV, with the path that points at its satellites (default: their names); may be repeated")
    sub.add_argument("--position", nargs="+", action=Position, metavar="NUMBER",
                     help="latitude and longitude of the station in degrees, WGS 84, and its altitude in metres (default 0)")
    sub.add_argument("--far", nargs="+", action=Position, default=[], metavar="NUMBER",
                     help="another station that must see the satellite at the same time, as a bent pipe needs; may be repeated")
    sub.add_argument("--minimum-elevation", type=number(-5, 90), metavar="DEGREES", help="default: passes.minimum_elevation_deg, else 10")
    sub.add_argument("--hours", type=number(0.01, 1000), default=24.0, help="from the beginning on; default 24")
    sub.add_argument("--start", type=moment, metavar="TIME", help="as 2026-11-30T12:00:00Z; default: now")
    sub.add_argument("--frequency-hz", type=number(1e6, 1e12), metavar="HZ", help="carrier of the Doppler shift; default: radio.rx_frequency_hz")
    sub.add_argument("--json", action="store_true", help="as JSON")
    sub.add_argument("--write", nargs="?", const="", metavar="FILE",
                     help="write the schedule of contacts; default: contacts.schedule of the station")


def orbit(text: str) -> tuple[str, str]:
    path, equals, file = text.rpartition("=")
    if not file or (equals and not path):
        raise argparse.ArgumentTypeError(f"is \"{text}\"; allowed: FILE or PATH=FILE")
    return path, file


def number(least: float, most: float):
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"is \"{text}\"; allowed: {least:g} to {most:g}")
        return value
    return read


class Position(argparse.Action):
    """Two or three numbers; where the default is a list, one more of it."""

    def __call__(self, parser, namespace, values, option_string=None):
        limits = ((-90, 90), (-180, 360), (-500, 50000))
        if not 2 <= len(values) <= 3:
            parser.error(f"argument {option_string}: has {len(values)} numbers; allowed: LATITUDE LONGITUDE [ALTITUDE]")
        try:
            place = tuple(number(*limit)(value) for limit, value in zip(limits, [*values, "0"]))
        except argparse.ArgumentTypeError as error:
            parser.error(f"argument {option_string}: {error}")
        setattr(namespace, self.dest, place if self.default is None else [*getattr(namespace, self.dest), place])


def moment(text: str) -> datetime.datetime:
    try:
        time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"is \"{text}\"; allowed: as 2026-11-30T12:00:00Z") from None
    return time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)
