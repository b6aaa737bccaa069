"""ACM through the programs: the user's reception fades by 10 dB within 10 s, and no frame is lost."""
import os
import pathlib
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import stack  # noqa: E402
from ethereum_node import Node  # noqa: E402

BUILD = pathlib.Path(os.environ["DEPINSAT_BUILD"])
START_S, FADE_S = 25, 30  # of the satellite's time: the stations have met by then

FADE = f"""
[[fade]]
station = "user"
direction = "down"
start_s = {START_S}
seconds = {FADE_S}
period_s = 100000
db = 10.0
ramp_s = 10.0
"""


class Acm(unittest.TestCase):
    def test_a_fade_of_10_db_in_10_s(self):
        node = Node()
        self.addCleanup(node.close)
        with tempfile.TemporaryDirectory(prefix="depinsat-") as folder:
            system = stack.Stack(folder, BUILD, stack.Waveform(symbol_rate_baud=200_000, modcod="acm", es_n0_db=15.0, fades=FADE))
            self.addCleanup(system.stop)
            system.ports["anvil"] = node.port
            system.write_configuration()
            started = time.monotonic()
            system.start("satellite", system.bin / "depinsat", "sat", "--config", system.folder / "satellite.toml")
            for name in ("gateway", "user"):
                system.start_station(name)
            system.wait_until_up()
            self.keep_busy(system)
            time.sleep(max(0.0, started + START_S - 5 - time.monotonic()))
            before, gaps = system.status("user")["frames"], self.gaps(system)
            lowest = highest = None
            while time.monotonic() < started + START_S + FADE_S + 5:
                time.sleep(0.5)
                reported = system.status("gateway")["acm"]["reported_es_n0_db"]
                if reported is None or self.gaps(system) != gaps:
                    self.skipTest("samples were lost between the programs: the machine is too busy for real time")
                lowest = min(reported, lowest or reported)
                highest = max(reported, highest or reported)
            after, gateway = system.status("user")["frames"], system.status("gateway")
            received, failed = (after[key] - before[key] for key in ("received", "failed"))
            print(f"{received} frames received, {failed} failed; heard at {lowest:.1f} to {highest:.1f} dB; {gateway['acm']['frames']}")
            self.assertAlmostEqual(highest, 15.0, delta=0.6)
            self.assertAlmostEqual(lowest, 5.0, delta=0.6)
            self.assertGreater(received, 300)
            self.assertEqual(failed, 0)
            self.assertGreaterEqual(len(gateway["acm"]["frames"]), 7)

    def gaps(self, system):
        """Samples of the way down to the user that a program was too slow for; each costs a frame."""
        return system.satellite_counts("gateway")["zeros"], system.satellite_counts("user")["dropped"]

    def keep_busy(self, system):
        """Asks for long answers until the system stops, so that the gateway always has something to send."""
        def ask():
            while "user" in system.processes:
                try:
                    stack.rpc(system.rpc_url, "test_long", timeout=30)
                except (OSError, ValueError):
                    time.sleep(0.1)
        for _ in range(3):
            threading.Thread(target=ask, daemon=True).start()


if __name__ == "__main__":
    unittest.main(verbosity=2)
