"""Radio profiles: data files of hardware/, and what the station's configuration changes."""
import pathlib

import jsonschema
import yaml

from . import places
from .errors import CommandError


def names() -> list[str]:
    return sorted(p.stem for p in places.hardware().glob("*.yml") if not p.stem.endswith(".schema"))


def load(name: str) -> dict:
    """The checked profile of that name."""
    if name not in names():
        raise CommandError(f"radio.profile: is \"{name}\"; allowed: {', '.join(names())}")
    return read(places.hardware() / f"{name}.yml")


def read(file: pathlib.Path) -> dict:
    schema = yaml.safe_load((places.hardware() / "profile.schema.yml").read_text())
    try:
        profile = yaml.safe_load(file.read_text())
        jsonschema.validate(profile, schema)
    except (yaml.YAMLError, OSError) as error:
        raise CommandError(f"{file}: {error}") from error
    except jsonschema.ValidationError as error:
        raise CommandError(f"{file}: {'.'.join(map(str, error.path))}: {error.message}") from error
    if profile["name"] != file.stem:
        raise CommandError(f"{file}: name: is not that of the file")
    return profile


def settings(radio: dict, profile: dict) -> dict:
    """The [radio] section with the profile's defaults, each value within the profile's limits."""
    merged = dict(radio)
    _check(radio["sample_rate_hz"], "sample_rate_hz", profile, profile["sample_rate_hz"])
    if not profile["real"]:
        return merged
    for direction, short in (("transmit", "tx"), ("receive", "rx")):
        merged.setdefault(f"{short}_gain_db", profile[direction]["default_gain_db"])
        _check(merged[f"{short}_gain_db"], f"{short}_gain_db", profile, profile[direction]["gain_db"])
        _check(radio[f"{short}_frequency_hz"], f"{short}_frequency_hz", profile, profile["frequency_hz"])
    merged.setdefault("device", profile["device"])
    merged.setdefault("clock_source", profile["clock_sources"][0])
    if merged["clock_source"] not in profile["clock_sources"]:
        raise CommandError(f"radio.clock_source: is \"{merged['clock_source']}\"; "
                           f"allowed for profile {profile['name']}: {', '.join(profile['clock_sources'])}")
    return merged


def _check(value: float, key: str, profile: dict, limits: list) -> None:
    if not limits[0] <= value <= limits[1]:
        raise CommandError(f"radio.{key}: is {value:.15g}; allowed for profile {profile['name']}: "
                           f"{limits[0]:.15g} to {limits[1]:.15g}")


def shared_gain(profile: dict, transmit: bool, gain_db: float) -> dict[str, float]:
    """The gain of each stage, filled in the profile's order, downwards to whole steps."""
    stages = {}
    for stage in profile.get("gain_stages", []):
        low, high, step = stage["db"]
        if stage["transmit"] == transmit:
            stages[stage["name"]] = low + min(high - low, max(0, gain_db - low)) // step * step
            gain_db -= stages[stage["name"]]
    return stages
