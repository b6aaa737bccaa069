#!/usr/bin/env python3
"""Two stations with two paths over two simulated satellites, one of which goes away and returns.

Environment: DEPINSAT, the command.
"""
import os
import unittest

from command_world import depinsat
from path_world import PATHS, SatelliteWorld, Talk

COMMAND = os.environ["DEPINSAT"]


class TwoSatellites(unittest.TestCase):
    def setUp(self):
        self.world = SatelliteWorld(COMMAND)
        self.addCleanup(self.world.close)

    def test_a_satellite_that_goes_away_and_returns_is_not_missed(self):
        self.world.start_all()
        self.world.wait_for_paths(PATHS, 60)
        talk = Talk(self.world.connect())
        self.addCleanup(talk.connection.close)
        talk.start()
        talk.wait_for_more(3, 30)
        self.world.stop("satellite east")
        talk.wait_for_more(10, 60)
        self.world.wait_for_paths(["west"], 60)
        self.world.start_satellite("east")
        self.world.wait_for_paths(PATHS, 60)
        self.world.stop("satellite west")
        talk.wait_for_more(10, 60)
        talk.stop()

    def test_the_modem_wants_the_name_of_a_path(self):
        for name in ([], ["--path", "north"]):
            result = depinsat("modem", "--config", self.world.folder / "user.toml", *name)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn("--path", result.stderr)
            self.assertIn("allowed: east, west", result.stderr)


if __name__ == "__main__":
    unittest.main()
