#!/usr/bin/env python3
"""Two paths between two depinsatd: both carry, either may be lost and return, and nobody notices.

Environment: DEPINSATD, the program.
"""
import os
import urllib.request
import unittest

from daemon_world import Air
from path_world import DELAY_MS, PATHS, PathWorld, Talk

PROGRAM = os.environ["DEPINSATD"]


class Paths(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = PathWorld([PROGRAM, "--generate-key"], 500_000)
        cls.addClassCleanup(cls.world.close)
        for role in ("user", "gateway"):
            cls.world.start(role, PROGRAM, "--config", cls.world.folder / f"{role}.toml")
        cls.airs = {path: Air([cls.world.endpoints(role, path) for role in ("user", "gateway")], DELAY_MS / 1000, seed=number)
                    for number, path in enumerate(PATHS)}
        for air in cls.airs.values():
            air.start()
            cls.addClassCleanup(air.stop)
        cls.world.wait_for_paths(PATHS, 40)

    def setUp(self):
        self.talk = Talk(self.world.connect())
        self.addCleanup(self.talk.connection.close)
        self.talk.start()

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


if __name__ == "__main__":
    unittest.main()
