"""Not on air by accident: whether a station may transmit."""
import math

from .errors import CommandError


def highest_power_dbm(settings: dict, profile: dict) -> float:
    """Most that the radio can put out at this gain; the profile says it of the highest gain."""
    transmit = profile["transmit"]
    return transmit["max_power_dbm"] - (transmit["gain_db"][1] - settings["tx_gain_db"])


def permitted(config: dict, settings: dict, profile: dict, on_air: bool) -> tuple[bool, str]:
    """Whether to transmit, and why not.

    Raises CommandError where transmission is asked for and a limit does not hold.
    """
    transmit = config["transmit"]
    if not transmit["enabled"]:
        return False, "transmit.enabled is false"
    if not profile["real"]:
        return True, ""
    for key in ("band_hz", "max_power_dbm"):
        if key not in transmit:
            raise CommandError(f"transmit.{key}: is missing; a real radio needs it")
    if transmit["service"] != "satellite":
        raise CommandError(f"transmit.service: is \"{transmit['service']}\"; allowed for a real radio: \"satellite\"")
    _check_band(config, transmit["band_hz"])
    power = highest_power_dbm(settings, profile)
    if not power <= transmit["max_power_dbm"] or math.isnan(power):
        raise CommandError(f"transmit.max_power_dbm: is {transmit['max_power_dbm']:g}, but profile {profile['name']} "
                           f"may put out {power:g} dBm at radio.tx_gain_db = {settings['tx_gain_db']:g}")
    if not on_air:
        return False, "--on-air is not given"
    return True, ""


def _check_band(config: dict, band: list) -> None:
    waveform = config["waveform"]
    half = waveform["symbol_rate_baud"] * (1 + waveform["rolloff"]) / 2
    frequency = config["radio"]["tx_frequency_hz"]
    if not (band[0] <= frequency - half and frequency + half <= band[1]):
        raise CommandError("transmit.band_hz: does not hold the carrier at radio.tx_frequency_hz")
