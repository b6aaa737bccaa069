"""Passes of satellites: published vectors of SGP4 and of the frames, and passes against a scan second by second.

The numbers are of Vallado, Crawford, Hujsak, Kelso: Revisiting Spacetrack Report #3, AIAA 2006-6753.
"""
import datetime
import json
import math
import unittest

from sgp4.api import jday

from depinsat import sky
from depinsat.pass_finder import Finder
from made_up_orbits import EPOCH, LEO, MOLNIYA, POLAR, VANGUARD, VANGUARD_OMM, Files, geostationary

# Minutes from the epoch, TEME position in km and velocity in km/s.
VANGUARD_STATES = (
    (0.0, (7022.46529266, -1400.08296755, 0.03995155), (1.893841015, 6.405893759, 4.534807250)),
    (360.0, (-7154.03120202, -3783.17682504, -3536.19412294), (4.741887409, -4.151817765, -2.093935425)),
    (4320.0, (-9060.47373569, 4658.70952502, 813.68673153), (-2.232832783, -4.110453490, -3.157345433)))
BERLIN, NEAR_POLE, PARIS = sky.Station(52.5, 13.4, 40.0), sky.Station(89.0, 0.0, 0.0), sky.Station(48.9, 2.35, 35.0)


def slow_look(orbit, station, time):
    """Elevation in degrees and range in km, by another way: the station is turned into TEME (Meeus, Astronomical Algorithms, 12.4)."""
    day = sum(jday(time.year, time.month, time.day, 0, 0, 0))
    fraction = (time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6) / 86400
    century = (day - 2451545.0 + fraction) / 36525
    angle = math.radians(280.46061837 + 360.98564736629 * (day - 2451545.0 + fraction) + 0.000387933 * century**2)
    x, y, z = station.place
    place = (x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle), z)
    ux, uy, uz = station.up
    up = (ux * math.cos(angle) - uy * math.sin(angle), ux * math.sin(angle) + uy * math.cos(angle), uz)
    way = [a - b for a, b in zip(orbit.at(day, fraction)[0], place)]
    distance = math.hypot(*way)
    return 90.0 - math.degrees(math.acos(sum(a * b for a, b in zip(way, up)) / distance)), distance


class Vectors(Files):
    def test_sgp4_gives_the_published_states_from_each_kind_of_file(self):
        csv = ",".join(VANGUARD_OMM) + "\n" + ",".join(str(v) for v in VANGUARD_OMM.values()) + "\n"
        for text in (VANGUARD, "VANGUARD 1\n" + VANGUARD, json.dumps(VANGUARD_OMM), json.dumps([VANGUARD_OMM]), csv):
            orbit = self.one(text)
            self.assertEqual(orbit.number, 5)
            for minutes, position, velocity in VANGUARD_STATES:
                state = orbit.at(orbit.record.jdsatepoch, orbit.record.jdsatepochF + minutes / 1440)
                # A TLE tells its epoch to 1e-8 days: 0.9 ms, 6 m.
                self.assertLess(math.dist(state[0], position), 0.02)
                self.assertLess(math.dist(state[1], velocity), 2e-5)

    def test_the_earth_s_frame_is_that_of_the_published_example(self):
        day, fraction = jday(2004, 4, 6, 7, 51, 28.386009 - 0.4399619)  # UT1
        position, velocity = sky.earth_fixed((5094.18016210, 6127.64465950, 6380.34453270), (-4.746131487, 0.785818041, 5.531931288),
                                             sky.sidereal_time(day, fraction))
        self.assertLess(math.dist(position, (-1033.47503120, 7901.30558560, 6380.34453270)), 1e-3)
        self.assertLess(math.dist(velocity, (-3.225632747, -2.872442511, 5.531931288)), 1e-6)

    def test_a_station_stands_on_the_ellipsoid_and_looks_along_its_axes(self):
        self.assertLess(math.dist(sky.Station(0, 0, 0).place, (6378.137, 0, 0)), 1e-9)
        self.assertLess(math.dist(sky.Station(-90, 0, 1000).place, (0, 0, -6356.752314 - 1)), 1e-5)
        station = sky.Station(0, 90, 0)
        for way, elevation, azimuth in (((0, 100, 0), 90, None), ((0, 0, 100), 0, 0), ((-100, 0, 0), 0, 90), ((0, 0, -100), 0, 180)):
            look = station.look([a + b for a, b in zip(station.place, way)], (0, 0, 0))
            self.assertAlmostEqual(look.elevation_deg, elevation, 9)
            if azimuth is not None:
                self.assertAlmostEqual(look.azimuth_deg, azimuth, 9)
            self.assertAlmostEqual(look.range_km, 100, 9)


class Passes(Files):
    def scanned(self, orbit, stations, minimum, start, seconds):
        """[rise, set, highest elevation at the first station, largest range rate] of each pass, second by second."""
        passes, before = [], None
        for second in range(seconds + 1):
            looks = [slow_look(orbit, station, start + datetime.timedelta(seconds=second)) for station in stations]
            elevation, distance = looks[0]
            up = min(look[0] for look in looks) > minimum
            if up and not (before and before[0]):
                passes.append([second, second, elevation, 0.0])
            elif up:
                passes[-1][1:] = [second, max(passes[-1][2], elevation), max(passes[-1][3], abs(distance - before[1]))]
            before = (up, distance)
        return passes

    def check(self, text, stations, minimum=10.0, hours=12, start=EPOCH):
        orbit, seconds = self.one(text), hours * 3600
        found = Finder(orbit, stations[0], stations[1:], start, minimum).passes(seconds)
        scanned = self.scanned(orbit, stations, minimum, start, seconds)
        self.assertEqual(len(found), len(scanned))
        for one, (rise, fall, elevation, rate) in zip(found, scanned):
            self.assertLessEqual(abs(one.rise_s - rise), 1.0)
            self.assertLessEqual(abs(one.set_s - fall), 1.0)
            self.assertAlmostEqual(one.culmination.elevation_deg, elevation, delta=0.05)
            self.assertAlmostEqual(one.largest_range_rate_km_s, rate, delta=0.02)
            self.assertLessEqual(one.rise_s, one.culmination_s)
            self.assertLessEqual(one.culmination_s, one.set_s)
        return found

    def test_a_low_orbit_over_a_day(self):
        found = self.check(LEO, [BERLIN], hours=24)
        self.assertGreaterEqual(len(found), 4)
        for one in found:
            self.assertAlmostEqual(one.rise.elevation_deg, 10, delta=0.01)
            self.assertAlmostEqual(one.set.elevation_deg, 10, delta=0.01)

    def test_a_polar_orbit_comes_by_the_pole_at_every_revolution(self):
        self.assertIn(len(self.check(POLAR, [NEAR_POLE], minimum=5.0)), (7, 8))

    def test_an_eccentric_orbit(self):
        self.assertGreater(sum(one.set_s - one.rise_s for one in self.check(MOLNIYA, [BERLIN], hours=24)), 8 * 3600)

    def test_both_ends_of_a_bent_pipe_see_it(self):
        both = self.check(LEO, [BERLIN, PARIS], hours=24)
        alone = Finder(self.one(LEO), BERLIN, [], EPOCH, 10.0).passes(86400)
        self.assertLess(sum(one.set_s - one.rise_s for one in both), sum(one.set_s - one.rise_s for one in alone))

    def test_what_culminates_barely_above_the_minimum_is_found_and_barely_below_is_not(self):
        orbit = self.one(LEO)
        highest = max(p.culmination.elevation_deg for p in Finder(orbit, BERLIN, [], EPOCH, 10.0).passes(86400))
        self.assertEqual(Finder(orbit, BERLIN, [], EPOCH, highest + 0.001).passes(86400), [])
        (barely,) = Finder(orbit, BERLIN, [], EPOCH, highest - 0.001).passes(86400)
        self.assertLess(barely.set_s - barely.rise_s, 10)

    def test_a_geostationary_satellite_is_always_up_or_never(self):
        (always,) = Finder(self.one(geostationary(10)), BERLIN, [], EPOCH, 10.0).passes(86400)
        self.assertEqual((always.rise_s, always.set_s, always.began_before, always.ends_later), (0, 86400, True, True))
        self.assertAlmostEqual(always.culmination.elevation_deg, 29.9, delta=0.5)
        self.assertLess(always.largest_range_rate_km_s, 0.02)
        self.assertEqual(Finder(self.one(geostationary(190)), BERLIN, [], EPOCH, 0.0).passes(86400), [])

    def test_passes_in_progress_at_either_end_are_cut_there(self):
        whole = Finder(self.one(LEO), BERLIN, [], EPOCH, 10.0).passes(86400)[0]
        start = EPOCH + datetime.timedelta(seconds=whole.culmination_s + 10)
        first = self.check(LEO, [BERLIN], hours=1, start=start)[0]
        self.assertTrue(first.began_before)
        self.assertEqual(first.rise_s, 0)
        self.assertAlmostEqual(first.set_s, whole.set_s - whole.culmination_s - 10, delta=0.05)
        self.assertAlmostEqual(first.culmination_s, 0, delta=0.05)
        (last,) = Finder(self.one(LEO), BERLIN, [], EPOCH, 10.0).passes(whole.rise_s + 60)
        self.assertEqual((last.began_before, last.ends_later), (False, True))
        self.assertAlmostEqual(last.set_s - last.rise_s, 60, delta=0.05)
        self.assertEqual(Finder(self.one(LEO), BERLIN, [], EPOCH, 10.0).passes(whole.rise_s - 1), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
