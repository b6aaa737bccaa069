"""ACM through the programs: the user's reception fades by 10 dB within 10 s; no frame is lost, and most of what the path can carry is used.

The satellite is patient: it stands still rather than lose the samples of a program that is late, so that nothing here depends on
how fast the machine is. Times are the satellite's. Throughput is that of the frames that were filled: a daemon that is late costs dummy
frames between them, which are no matter of ACM.
"""
import csv
import os
import pathlib
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import stack  # noqa: E402
from dvbs2_tables import modcod_name  # noqa: E402
from ethereum_node import Node  # noqa: E402

BUILD = pathlib.Path(os.environ["DEPINSAT_BUILD"])
BAUD, CLEAR_DB = 200_000, 15.0
FADE_DB, RAMP_S, FADE_S, FIRST_S, PERIOD_S = 10.0, 10.0, 25.0, 20.0, 50.0
BEFORE_S, BEHIND_S = 8.0, 5.0  # of clear sky that are measured, too
SHORT_FRAME_LOSS_DB = 0.3      # of short frames, where the standard has no Es/N0: framing::kShortFrameLossDb
ON_THE_WAY = 30                # frames of a second: two programs' counters are read one behind the other
LEAST_SHARE = 0.85             # of the best throughput
# Reports age by the wall clock, the fade goes on by the satellite's: where that is slower, the station counts by a fade that could have
# gone further (acm_fade_db_per_s) since a report of this age, and rightly sends less.
ASSUMED_DB_PER_S, REPORT_AGE_S = 1.0, 0.3

FADE = f"""
[[fade]]
station = "user"
direction = "down"
start_s = {FIRST_S}
seconds = {FADE_S}
period_s = {PERIOD_S}
db = {FADE_DB}
ramp_s = {RAMP_S}
"""


def fade_db(time_s):
    """channel::Fade."""
    since = time_s - FIRST_S
    within = since % PERIOD_S
    if since < 0 or within >= FADE_S:
        return 0.0
    return FADE_DB * min(1.0, min(within, FADE_S - within) / RAMP_S)


class Modcods:
    """Short frames of DVB-S2 with pilots: what they carry, and what they need."""

    def __init__(self):
        with open(stack.ROOT / "lib/data/dvbs2/modcods.csv") as file:
            rows = [row for row in csv.DictReader(file) if row["standard"] == "S2"]
        needed_db = {row["name"]: float(row["ideal_esn0_db_qef"]) for row in rows if row["frame"] == "normal"}
        short = [row for row in rows if row["frame"] == "short"]
        self.bits = {modcod_name(row): int(row["k_bch"]) - 80 for row in short}
        self.symbols = {modcod_name(row): int(row["plframe_symbols_pilots"]) for row in short}
        self.needed_db = {modcod_name(row): needed_db[row["name"]] + SHORT_FRAME_LOSS_DB for row in short}

    def best(self, es_n0_db):
        """Most bits per symbol at this Es/N0."""
        return max(self.bits[m] / self.symbols[m] for m in self.bits if self.needed_db[m] <= es_n0_db)

    def mean_best(self, begin_s, end_s, less_db):
        """Of what arrives from then to then, at so much less than there is."""
        step = 0.01
        times = [begin_s + step * k for k in range(int((end_s - begin_s) / step))]
        return sum(self.best(CLEAR_DB - fade_db(t) - less_db) for t in times) / len(times)


class Acm(unittest.TestCase):
    def test_a_fade_of_10_db_in_10_s(self):
        node = Node()
        self.addCleanup(node.close)
        with tempfile.TemporaryDirectory(prefix="depinsat-") as folder:
            self.system = stack.Stack(
                folder, BUILD, stack.Waveform(symbol_rate_baud=BAUD, modcod="acm", es_n0_db=CLEAR_DB, disturbances=FADE))
            try:
                self.start(node)
                before, after, reported = self.measure()
            finally:
                self.system.stop()
            self.judge(before, after, reported)

    def start(self, node):
        system = self.system
        system.ports["anvil"] = node.port
        system.write_configuration()
        system.start("satellite", system.bin / "depinsat", "sat", "--config", system.folder / "satellite.toml", "--patient")
        for name in ("gateway", "user"):
            system.start_station(name)
        system.wait_until_up(240)
        self.keep_busy()
        stack.wait_for("the user's report", lambda: self.reported() is not None, 120)

    def measure(self):
        """Looks before and behind the next whole fade, and what the user reported between."""
        begin = self.now() + 3
        first = FIRST_S + PERIOD_S * max(0, -(-(begin + BEFORE_S - FIRST_S) // PERIOD_S)) - BEFORE_S
        before = self.look(first)
        reported = []
        while self.now() < first + BEFORE_S + FADE_S + BEHIND_S:
            time.sleep(0.2)
            reported.append(self.reported())
        return before, self.look(0), reported

    def judge(self, before, after, reported):
        modcods = Modcods()
        sent = {m: count - before["sent"].get(m, 0) for m, count in after["sent"].items()}
        bits = sum(count * modcods.bits[m] for m, count in sent.items())
        symbols = sum(count * modcods.symbols[m] for m, count in sent.items())
        delay = self.system.waveform.delay_ms / 1000
        passed = after["now"] - before["now"]
        slowness = (after["clock"] - before["clock"]) / passed
        less_db = ASSUMED_DB_PER_S * REPORT_AGE_S * max(0.0, slowness - 1)
        best = modcods.mean_best(before["now"] + delay, after["now"] + delay, less_db)
        filled = symbols / BAUD / passed
        lost = after["user"]["failed"] - before["user"]["failed"]
        print(f"{sum(sent.values())} frames of {sum(1 for n in sent.values() if n)} MODCODs filled {100 * filled:.1f} % of "
              f"{passed:.1f} s at 1/{slowness:.1f} of the pace, {lost} lost; heard at {min(reported):.1f} to {max(reported):.1f} dB; "
              f"{bits / symbols / best:.3f} of the best throughput")
        counts = [self.system.satellite_counts(name) for name in ("gateway", "user")]
        self.assertEqual([c["dropped"] for c in counts], [0, 0])
        self.assertEqual(lost, 0)
        missed = after["on_air"] - before["on_air"] - (after["user"]["received"] - before["user"]["received"])
        self.assertLessEqual(abs(missed), ON_THE_WAY)  # a loss of lock would cost more
        self.assertAlmostEqual(max(reported), CLEAR_DB, delta=0.6)
        self.assertAlmostEqual(min(reported), CLEAR_DB - FADE_DB, delta=0.6)
        self.assertGreater(sum(sent.values()), 500)
        self.assertGreaterEqual(sum(1 for count in sent.values() if count), 7)
        self.assertGreater(bits / symbols / best, LEAST_SHARE)

    def look(self, from_s):
        """Counters at the first status of the satellite that is not before this time."""
        while self.now() < from_s:
            time.sleep(0.05)
        now = self.now()
        while self.now() == now:  # written once a second: so that it is of now
            time.sleep(0.02)
        status, gateway = self.system.status("user"), self.system.status("gateway")
        return {"now": self.now(), "clock": time.monotonic(), "sent": gateway["acm"]["frames"], "on_air": gateway["frames"]["sent"], "user": status["frames"]}

    def now(self):
        counts = self.system.satellite_counts()
        return counts["samples"] / counts["sample_rate_hz"]

    def reported(self):
        return self.system.status("gateway")["acm"]["reported_es_n0_db"]

    def keep_busy(self):
        """Asks for long answers until the system stops, so that the gateway always has something to send."""
        def ask():
            while "user" in self.system.processes:
                try:
                    stack.rpc(self.system.rpc_url, "test_noise", timeout=60)
                except (OSError, ValueError):
                    time.sleep(0.1)
        for _ in range(6):
            threading.Thread(target=ask, daemon=True).start()


if __name__ == "__main__":
    unittest.main(verbosity=2)
