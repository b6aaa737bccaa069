"""`depinsat passes`: when satellites pass over the station; the schedule of contacts that the daemon reads. docs/passes.md."""
import datetime
import json
import math
import os
import pathlib
import sys
import tempfile

from . import orbits, sky, station_config
from .errors import FAILED, CommandError
from .pass_finder import Finder, Pass
from .status import duration

OLD_DAYS = 14
MOST_CONTACTS = 100_000  # that the daemon reads
UTC = datetime.timezone.utc


def run(options) -> int:
    config = station_config.load(options.config) if options.config else {}
    settings = config.get("passes", {})
    start = options.start or datetime.datetime.now(UTC).replace(microsecond=0)
    minimum = options.minimum_elevation if options.minimum_elevation is not None else settings.get("minimum_elevation_deg", 10.0)
    found = []
    satellites = satellites_of(options, config)
    station, others = station_of(options, settings), [sky.Station(*far) for far in options.far]
    for path, orbit in satellites:
        frequency = options.frequency_hz or frequency_of(config, path)
        for far, peers in far_stations(config):
            finder = Finder(orbit, station, others + far, start, minimum)
            passes = [describe(path, orbit, one, start, frequency) for one in finder.passes(options.hours * 3600.0)]
            found += [one | peer for one in passes for peer in peers]
    found.sort(key=lambda p: (p["rise"]["time"], p["set"]["time"]))
    for path, orbit in satellites:
        warn_of_age(orbit, start)
    if options.write is not None:
        write(schedule_file(options, config), found)
    if options.json:
        print(json.dumps({"start": text_of(start), "hours": options.hours, "minimum_elevation_deg": minimum,
                          "satellites": [{"path": path, "name": orbit.name, "number": orbit.number, "epoch": text_of(orbit.epoch),
                                          "age_days": round(age_days(orbit, start), 2)} for path, orbit in satellites],
                          "passes": found}))
    else:
        show(found, options.hours)
    return 0


def satellites_of(options, config: dict) -> list[tuple[str, orbits.Orbit]]:
    """Each with the path that points at it; what the command line says goes before [passes]."""
    given = [{"path": path, "file": file} for path, file in options.orbit] or config.get("passes", {}).get("orbit", [])
    if not given:
        raise CommandError("no orbit: give --orbit [PATH=]FILE, or passes.orbit in station.toml with --config")
    paths = [path["name"] for path in config.get("path", [])]
    chosen = []
    for entry in given:
        path, wanted = entry.get("path", ""), entry.get("satellite")
        if path and paths and path not in paths:
            raise CommandError(f"passes.orbit.path: is \"{path}\"; allowed: {', '.join(paths)}")
        satellites = [orbit for orbit in orbits.read(entry["file"]) if wanted in (None, orbit.number)]
        if not satellites:
            raise CommandError(f"passes.orbit.satellite: {entry['file']} has no satellite {wanted}")
        chosen += [(path or orbit.name, orbit) for orbit in satellites]
    return chosen


def station_of(options, settings: dict) -> sky.Station:
    if options.position:
        return sky.Station(*options.position)
    if "latitude_deg" not in settings:
        raise CommandError("no position: give --position LATITUDE LONGITUDE [ALTITUDE], or passes.latitude_deg in station.toml with --config")
    return place_of(settings)


def far_stations(config: dict) -> list[tuple[list[sky.Station], list[dict]]]:
    """Who must see the satellite besides this station, and whom a pass then reaches: {"station": its key}, or {} for all."""
    placed = config.get("passes", {}).get("stations", [])
    if not placed:
        return [([], [{}])]
    far = [([place_of(one)], [{"station": one["station"]}]) for one in placed]
    others = [{"station": key} for key in config["station"]["peers"] if key not in {one["station"] for one in placed}]
    return far + ([([], others)] if others else [])


def place_of(settings: dict) -> sky.Station:
    return sky.Station(settings["latitude_deg"], settings["longitude_deg"], settings["altitude_m"])


def frequency_of(config: dict, path: str) -> float | None:
    """What the station receives at, over that path."""
    for one in config.get("path", []):
        if one["name"] == path:
            return one["radio"].get("rx_frequency_hz") or None
    return config.get("radio", {}).get("rx_frequency_hz") or None


def text_of(time: datetime.datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def describe(path: str, orbit: orbits.Orbit, one: Pass, start: datetime.datetime, frequency: float | None) -> dict:
    def moment(seconds, look):
        return {"time": text_of(start + datetime.timedelta(seconds=seconds)), "azimuth_deg": round(look.azimuth_deg, 1),
                "elevation_deg": round(look.elevation_deg, 2), "range_km": round(look.range_km, 1)}
    # Whole seconds within the pass, so that a schedule never promises more.
    return {"path": path, "satellite": orbit.name, "number": orbit.number, "rise": moment(math.ceil(one.rise_s), one.rise),
            "culmination": moment(round(one.culmination_s), one.culmination), "set": moment(math.floor(one.set_s), one.set),
            "seconds": round(one.set_s - one.rise_s, 1), "began_before": one.began_before, "ends_later": one.ends_later,
            "max_doppler_hz": round(one.doppler_hz(frequency)) if frequency else None}


def age_days(orbit: orbits.Orbit, start: datetime.datetime) -> float:
    return (start - orbit.epoch) / datetime.timedelta(days=1)


def warn_of_age(orbit: orbits.Orbit, start: datetime.datetime):
    age = age_days(orbit, start)
    if abs(age) > OLD_DAYS:
        print(f"depinsat: warning: the elements of {orbit.name} ({orbit.number}) are {abs(age):.0f} days "
              f"{'older' if age > 0 else 'newer'} than the time asked for; passes may be minutes off. Get those of today.", file=sys.stderr)


def schedule_file(options, config: dict) -> pathlib.Path:
    file = options.write or config.get("contacts", {}).get("schedule")
    if not file:
        raise CommandError("--write: needs a FILE, or contacts.schedule in station.toml with --config")
    return pathlib.Path(file)


def write(file: pathlib.Path, found: list[dict]):
    """By a new file and a rename, so that the daemon never reads half of it, and keeps the old one if this fails."""
    contacts = [{"path": p["path"], "start": p["rise"]["time"], "end": p["set"]["time"]} | ({"station": p["station"]} if "station" in p else {})
                for p in found if p["rise"]["time"] < p["set"]["time"]]
    if len(contacts) > MOST_CONTACTS:
        raise CommandError(f"{file}: would hold {len(contacts)} contacts; allowed: {MOST_CONTACTS}; fewer --hours make fewer", FAILED)
    draft = None
    try:
        with tempfile.NamedTemporaryFile("w", dir=file.absolute().parent, prefix=f".{file.name}.", delete=False) as out:
            draft = out.name
            out.write(json.dumps({"contacts": contacts}, indent=1) + "\n")
            out.flush()
            os.fchmod(out.fileno(), 0o644)
            os.fsync(out.fileno())
        os.replace(draft, file)
    except OSError as error:
        if draft and os.path.exists(draft):
            os.unlink(draft)
        raise CommandError(f"{file}: cannot be written: {error.strerror}", FAILED) from error
    if not contacts:
        print(f"depinsat: warning: {file}: holds no contact, as no satellite passes in this time", file=sys.stderr)


def show(found: list[dict], hours: float):
    width = max([len(f"{p['path']}") for p in found] + [4])
    stations = any("station" in p for p in found)
    if found:
        print(f"{'path':<{width}}  rise (UTC)                 az  culmination     el   az  set            az  duration        Doppler"
              + ("  station" if stations else ""))
    for p in found:
        rise, top, fall = p["rise"], p["culmination"], p["set"]
        doppler = "" if p["max_doppler_hz"] is None else f"{p['max_doppler_hz']} Hz"
        began, later = "<" if p["began_before"] else " ", ">" if p["ends_later"] else " "
        print(f"{p['path']:<{width}} {began}{rise['time'].replace('T', ' ').rstrip('Z'):<22} {rise['azimuth_deg']:>5.0f}  "
              f"{top['time'][11:19]}     {top['elevation_deg']:>5.1f}  {top['azimuth_deg']:>3.0f}  {fall['time'][11:19]}{later}  "
              f"{fall['azimuth_deg']:>5.0f}  {duration(p['seconds']):<12}  {doppler:>8}" + (f"  {p['station'][:8]}..." if stations else ""))
    if any(p["began_before"] or p["ends_later"] for p in found):
        print("< is up at the beginning already; > is still up at the end")
    print(f"{len(found)} passes in {hours:g} h")
