"""Orbits for the tests of `depinsat passes`: a published one, and made-up ones."""
import datetime
import pathlib
import tempfile
import unittest

from sgp4.api import jday
from sgp4.io import compute_checksum

from depinsat import orbits

UTC = datetime.timezone.utc
VANGUARD = """\
1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753
2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667
"""
VANGUARD_OMM = {"OBJECT_NAME": "VANGUARD 1", "NORAD_CAT_ID": 5, "EPOCH": "2000-06-27T18:50:19.733568", "MEAN_MOTION": 10.82419157,
                "ECCENTRICITY": 0.1859667, "INCLINATION": 34.2682, "RA_OF_ASC_NODE": 348.7242, "ARG_OF_PERICENTER": 331.7664,
                "MEAN_ANOMALY": 19.3264, "BSTAR": 0.28098e-4, "MEAN_MOTION_DOT": 0.00000023, "MEAN_MOTION_DDOT": 0}
EPOCH = datetime.datetime(2026, 11, 30, tzinfo=UTC)


def tle(number, inclination, node, eccentricity, pericenter, anomaly, motion, epoch=EPOCH, drag="00000-0"):
    """Two lines of a made-up satellite."""
    day = (epoch - datetime.datetime(epoch.year, 1, 1, tzinfo=UTC)) / datetime.timedelta(days=1) + 1
    lines = (f"1 {number:05d}U 26001A   {epoch.year % 100:02d}{day:012.8f}  .00000000  00000-0  {drag} 0  999",
             f"2 {number:05d} {inclination:8.4f} {node % 360:8.4f} {round(eccentricity * 1e7):07d} {pericenter:8.4f} {anomaly:8.4f} "
             f"{motion:11.8f}    1")
    return "".join(f"{line}{compute_checksum(line)}\n" for line in lines)


LEO = tle(90001, 51.6, 120.0, 0.0007, 130.0, 325.0, 15.5)
POLAR = tle(90002, 98.2, 40.0, 0.001, 90.0, 270.0, 14.6)
MOLNIYA = tle(90003, 63.4, 200.0, 0.72, 270.0, 10.0, 2.00613)


def geostationary(longitude):
    sidereal = 280.46061837 + 360.98564736629 * (sum(jday(2026, 11, 30, 0, 0, 0)) - 2451545.0)
    return tle(90004, 0.01, sidereal + longitude, 0.0001, 0.0, 0.0, 1.00273791)


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="depinsat-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, text, name="orbit"):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def one(self, text):
        (orbit,) = orbits.read(self.file(text))
        return orbit
