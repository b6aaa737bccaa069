#!/usr/bin/env python3
"""Two paths between two depinsatd: both carry, either may be lost and return, and nobody notices.

Environment: DEPINSATD, the program.
"""
import datetime
import json
import os
import signal
import time
import unittest
import urllib.request

from daemon_world import Air
from path_world import DELAY_MS, PATHS, PathWorld, Talk

PROGRAM = os.environ["DEPINSATD"]


def start(world):
    """The daemons, and what carries their frames: by path."""
    for role in ("user", "gateway"):
        world.start(role, PROGRAM, "--config", world.folder / f"{role}.toml")
    airs = {path: Air([world.endpoints(role, path) for role in ("user", "gateway")], DELAY_MS / 1000, seed=number)
            for number, path in enumerate(PATHS)}
    for air in airs.values():
        air.start()
    return airs


class Paths(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = PathWorld([PROGRAM, "--generate-key"], 500_000)
        cls.addClassCleanup(cls.world.close)
        cls.airs = start(cls.world)
        for air in cls.airs.values():
            cls.addClassCleanup(air.stop)
        cls.world.wait_for_paths(PATHS, 40)

    def setUp(self):
        self.talk = Talk(self.world.connect())
        self.addCleanup(self.talk.connection.close)
        self.talk.start()
        self.addCleanup(self.mend)

    def mend(self):
        for air in self.airs.values():
            air.silent = air.stopped = False

    def test_either_path_may_be_lost_and_returns(self):
        for lost, left in (PATHS, PATHS[::-1]):
            self.talk.wait_for_more(3, 20)
            self.airs[lost].silent = True
            self.talk.wait_for_more(10, 30)
            self.world.wait_for_paths([left], 30)
            self.assertTrue(self.world.status("user")["peers"][0]["up"])
            self.airs[lost].silent = False
            self.world.wait_for_paths(PATHS, 30)
        self.talk.stop()
        # What was under way is due again after a round trip and some frames.
        self.assertLess(self.talk.longest_s, 2)

    def test_a_modem_that_ends_takes_its_path_along_and_brings_it_back(self):
        self.airs["west"].stopped = True
        self.talk.wait_for_more(10, 30)
        self.world.wait_for_paths(["east"], 40)
        self.airs["west"].stopped = False
        self.world.wait_for_paths(PATHS, 40)
        self.talk.stop()

    def test_status_and_metrics_tell_of_each_path(self):
        self.talk.wait_for_more(3, 20)
        status = self.world.status("gateway")
        self.assertNotIn("modem", status)
        self.assertEqual([path["name"] for path in status["paths"]], list(PATHS))
        for path in status["paths"]:
            self.assertTrue(path["modem"]["locked"])
            self.assertGreater(path["frames"]["received"], 0)
            peer = path["peers"][0]
            self.assertEqual(peer["key"], status["peers"][0]["key"])
            self.assertTrue(2 * DELAY_MS / 1000 < peer["round_trip_s"] < 1, peer)
            self.assertTrue(0 <= peer["loss"] < 0.1, peer)
        metrics = urllib.request.urlopen(f"http://127.0.0.1:{self.world.ports['gateway']}/metrics").read().decode()
        for path in PATHS:
            self.assertIn(f'depinsat_modem_locked{{path="{path}"}} 1', metrics)
            self.assertIn(f'depinsat_path_up{{path="{path}",peer="{status["peers"][0]["key"]}"}} 1', metrics)
        self.talk.stop()


class Contacts(unittest.TestCase):
    """Passes by a schedule, one after the other."""

    def setUp(self):
        self.world = PathWorld([PROGRAM, "--generate-key"], 500_000, '[contacts]\nschedule = "contacts.json"\n')
        self.addCleanup(self.world.close)
        self.began = time.time()

    def write(self, *contacts):
        """Each a path, and begin and end in seconds from the start of the test."""
        def text(seconds):
            return datetime.datetime.fromtimestamp(self.began + seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        draft = self.world.folder / "draft"
        draft.write_text(json.dumps({"contacts": [{"path": path, "start": text(begin), "end": text(end)}
                                                  for path, begin, end in contacts]}))
        draft.replace(self.world.folder / "contacts.json")

    def start(self):
        for air in start(self.world).values():
            self.addCleanup(air.stop)

    def filled(self, path):
        return sum(one["frames"]["filled"] for role in ("user", "gateway")
                   for one in self.world.status(role)["paths"] if one["name"] == path)

    def test_one_pass_hands_over_to_the_next(self):
        self.write(("east", -60, 30), ("west", 20, 3600))
        self.start()
        self.world.wait_for_paths(["east"], 18)
        self.assertEqual(self.filled("west"), 0)
        talk = Talk(self.world.connect())
        self.addCleanup(talk.connection.close)
        talk.start()
        self.world.wait_for_paths(["west"], 60)
        self.assertGreater(time.time() - self.began, 29)
        filled = self.filled("east")
        talk.wait_for_more(5, 20)
        self.assertEqual(self.filled("east"), filled)
        talk.stop()
        self.assertLess(talk.longest_s, 2)
        log = (self.world.folder / "user.log").read_text()
        self.assertEqual([line for line in log.splitlines() if line.endswith("is down") and "path" not in line], [])

    def test_the_schedule_is_read_when_it_changes(self):
        self.write(("east", 3600, 7200))
        self.start()
        time.sleep(3)
        self.assertEqual(self.filled("east") + self.filled("west"), 0)
        status = self.world.status("user")
        self.assertEqual(status["contacts"], {"schedule": str(self.world.folder / "contacts.json"), "contacts": 1, "fault": None})
        self.assertTrue(3500 < status["peers"][0]["next_contact_s"] < 3600)
        self.write(("west", -60, 3600))
        self.world.wait_for_paths(["west"], 20)
        (self.world.folder / "contacts.json").write_text("{")
        self.world.processes["user"].send_signal(signal.SIGHUP)
        time.sleep(2)
        self.assertIn("is no JSON", self.world.status("user")["contacts"]["fault"])
        self.world.wait_for_paths(["west"], 5)

    def test_without_a_schedule_it_does_not_start(self):
        self.world.start("user", PROGRAM, "--config", self.world.folder / "user.toml")
        self.assertEqual(self.world.processes.pop("user").wait(20), 2)
        self.assertIn("contacts.json: cannot be read", (self.world.folder / "user.log").read_text())


if __name__ == "__main__":
    unittest.main()
