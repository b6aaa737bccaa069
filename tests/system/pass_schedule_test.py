#!/usr/bin/env python3
"""Satellites that pass by: `depinsat passes --write` makes the schedules of two stations, which keep to them over simulated satellites.

Environment: DEPINSAT, the command.
"""
import datetime
import json
import math
import os
import threading
import time
import unittest

from sgp4.api import jday

from command_world import depinsat
from depinsat import orbits, sky
from made_up_orbits import tle
from path_world import PATHS, SatelliteWorld, Talk

COMMAND = os.environ["DEPINSAT"]
REVOLUTIONS, INCLINATION, NODE, ANOMALY = 15.5, 51.6, 120.0, 325.0  # of a day; degrees
MINIMUM_ELEVATION = 72.0  # so that a pass lasts half a minute
OVERHEAD_S = {"east": 50.0, "west": 115.0}  # from the start of the test

PASSES = """
[contacts]
schedule = "{role}.json"
[passes]
latitude_deg = {latitude}
longitude_deg = {longitude}
minimum_elevation_deg = {elevation}
[[passes.orbit]]
file = "east.tle"
path = "east"
[[passes.orbit]]
file = "west.tle"
path = "west"
"""
USER_STANDS = """
[[passes.stations]]
station = "{key}"
latitude_deg = {latitude}
longitude_deg = {longitude}
"""


def elements(path, epoch):
    """The second satellite follows the first on its track over the ground."""
    behind_s = OVERHEAD_S[path] - OVERHEAD_S["east"]
    return tle(90001, INCLINATION, NODE + math.degrees(sky.EARTH_ROTATION) * behind_s, 0.0007, 130.0,
               ANOMALY - REVOLUTIONS / 240 * behind_s, REVOLUTIONS, epoch)


def below(file, moment):
    """Latitude and longitude in degrees of the point below the satellite; the latitude is that of a sphere turned into that of the ellipsoid."""
    (orbit,) = orbits.read(file)
    day, fraction = jday(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second + moment.microsecond / 1e6)
    (x, y, z), _ = sky.earth_fixed(*orbit.at(day, fraction), sky.sidereal_time(day, fraction))
    return math.degrees(math.atan2(z, math.hypot(x, y) * (1 - sky.FLATTENING) ** 2)), math.degrees(math.atan2(y, x))


class Watch(threading.Thread):
    """When each station filled frames on each path, as far as polling tells: earliest and latest time, role, path."""

    def __init__(self, world):
        super().__init__(daemon=True)
        self.world, self.running, self.filled = world, True, []

    def run(self):
        last = {}
        while self.running:
            for role in ("user", "gateway"):
                before = time.time()
                try:
                    paths = self.world.status(role)["paths"]
                except OSError:
                    continue  # it starts
                for path in paths:
                    frames, since = last.get((role, path["name"]), (0, 0.0))
                    if path["frames"]["filled"] != frames:
                        self.filled.append((since, time.time(), role, path["name"]))
                    last[role, path["name"]] = path["frames"]["filled"], before
            time.sleep(0.05)

    def stop(self):
        self.running = False
        self.join(20)


class Schedule(unittest.TestCase):
    def setUp(self):
        self.world = SatelliteWorld(COMMAND)
        self.addCleanup(self.world.close)
        self.began = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        folder = self.world.folder
        for path in PATHS:
            (folder / f"{path}.tle").write_text(elements(path, self.began))
        latitude, longitude = below(folder / "east.tle", self.began + datetime.timedelta(seconds=OVERHEAD_S["east"]))
        self.places = {"gateway": (latitude, longitude), "user": (latitude + 0.1, longitude)}
        for role, (latitude, longitude) in self.places.items():
            text = (folder / f"{role}.toml").read_text() + PASSES.format(role=role, latitude=latitude, longitude=longitude,
                                                                        elevation=MINIMUM_ELEVATION)
            (folder / f"{role}.toml").write_text(text)

    def write(self, role, *arguments):
        done = depinsat("passes", "--config", self.world.folder / f"{role}.toml", "--hours", "0.2", "--write", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads((self.world.folder / f"{role}.json").read_text())["contacts"]

    def write_schedules(self):
        """Spans of the passes in Unix time, by path, as the user's schedule has them."""
        user = self.write("user", "--far", *map(str, self.places["gateway"]))
        with open(self.world.folder / "gateway.toml", "a", encoding="ascii") as file:
            latitude, longitude = self.places["user"]
            file.write(USER_STANDS.format(key=self.world.keys["user"], latitude=latitude, longitude=longitude))
        gateway = self.write("gateway")
        self.assertEqual(gateway, [contact | {"station": self.world.keys["user"]} for contact in user])
        self.assertEqual([contact["path"] for contact in user], list(PATHS))
        return {contact["path"]: [datetime.datetime.fromisoformat(contact[end].replace("Z", "+00:00")).timestamp() for end in ("start", "end")]
                for contact in user}

    def sleep_until(self, moment):
        time.sleep(max(0.0, moment - time.time()))

    def test_nothing_is_sent_but_in_a_pass_and_what_is_said_goes_on_in_the_next(self):
        spans = self.write_schedules()
        watch = Watch(self.world)
        self.addCleanup(watch.stop)
        watch.start()
        self.world.start_all()
        self.assertGreater(spans["east"][1] - spans["east"][0], 20)
        self.sleep_until(spans["east"][0])
        self.world.wait_for_paths(["east"], spans["east"][1] - time.time())
        talk = Talk(self.world.connect(90))
        self.addCleanup(talk.connection.close)
        talk.start()
        talk.wait_for_more(5, spans["east"][1] - time.time())
        self.sleep_until(spans["east"][1])
        self.world.wait_for_paths([], 1)
        answers = talk.answers
        self.sleep_until(spans["west"][0] - 1)
        self.assertLessEqual(talk.answers, answers + 1)  # one may have come when it was counted
        self.assertTrue(0 < self.world.status("gateway")["peers"][0]["next_contact_s"] < 3)
        self.world.wait_for_paths(["west"], 20)
        talk.wait_for_more(5, spans["west"][1] - time.time())
        talk.stop()
        self.sleep_until(spans["west"][1] + 3)
        watch.stop()
        self.assertIsNone(self.world.status("user")["peers"][0]["next_contact_s"])
        self.assertEqual({(role, path) for _, _, role, path in watch.filled}, {(role, path) for role in self.places for path in PATHS})
        for earliest, latest, role, path in watch.filled:
            begin, end = spans[path]
            self.assertTrue(latest >= begin and earliest <= end, (role, path, earliest - begin, latest - end))


if __name__ == "__main__":
    unittest.main(verbosity=2)
