#!/usr/bin/env python3
"""Two stations with two paths over two simulated satellites, one of which goes away and returns.

Environment: DEPINSAT, the command.
"""
import os
import unittest

from command_world import depinsat
from path_world import DELAY_MS, PATHS, PathWorld, Talk

COMMAND = os.environ["DEPINSAT"]
BAUD = 100_000
SATELLITE = """[satellite]
sample_rate_hz = {rate}
delay_ms = {delay_ms}
uplink_endpoint = "ipc://{folder}/{path}/up"
downlink_endpoint = "ipc://{folder}/{path}/down"
[[station]]
name = "user-{path}"
tx_frequency_hz = 14.0e9
rx_frequency_hz = 14.1e9
symbol_rate_baud = {baud}
es_n0_db = 10.0
[[station]]
name = "gateway-{path}"
tx_frequency_hz = 14.1e9
rx_frequency_hz = 14.0e9
symbol_rate_baud = {baud}
es_n0_db = 10.0
"""


class TwoSatellites(unittest.TestCase):
    def setUp(self):
        self.world = PathWorld([COMMAND, "keygen"], BAUD)
        self.addCleanup(self.world.close)

    def start_satellite(self, path):
        self.world.start(f"satellite {path}", COMMAND, "sat", "--config", self.world.folder / f"{path}.toml")

    def start_all(self):
        for path in PATHS:
            (self.world.folder / path).mkdir(mode=0o700)
            (self.world.folder / f"{path}.toml").write_text(SATELLITE.format(
                rate=2 * BAUD, delay_ms=DELAY_MS, folder=self.world.folder, path=path, baud=BAUD))
            self.start_satellite(path)
        for role in ("user", "gateway"):
            self.world.start(role, COMMAND, "station", "--config", self.world.folder / f"{role}.toml")
        self.world.wait_for_paths(PATHS, 60)

    def test_a_satellite_that_goes_away_and_returns_is_not_missed(self):
        self.start_all()
        talk = Talk(self.world.connect())
        self.addCleanup(talk.connection.close)
        talk.start()
        talk.wait_for_more(3, 30)
        self.world.stop("satellite east")
        talk.wait_for_more(10, 60)
        self.world.wait_for_paths(["west"], 60)
        self.start_satellite("east")
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
