"""ACM through the programs: the user's reception fades by 10 dB within 10 s; no frame is lost, and most of what the path can carry is used.

The satellite is patient: it stands still rather than lose the samples of a program that is late, and times are the satellite's. Throughput
is that of the frames that were filled, each compared with the best of its second: a daemon that is late costs dummy frames between them,
which are no matter of ACM. Reports age by the wall clock, though, so that a sender rightly goes lower on a machine that does not keep the
pace; there the throughput is not judged, and the test says that it is skipped.
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
BAUD, CLEAR_DB = 100_000, 15.0
FADE_DB, RAMP_S, FADE_S, FIRST_S, PERIOD_S = 10.0, 10.0, 25.0, 20.0, 50.0
BEFORE_S, BEHIND_S = 8.0, 5.0  # of clear sky that are measured, too
SHORT_FRAME_LOSS_DB = 0.3      # of short frames, where the standard has no Es/N0: framing::kShortFrameLossDb
LEAST_SHARE = 0.85             # of the best throughput
LEAST_FILLED = 0.9             # of the time
MOST_IDLE = 0.02               # of the asks: there is always something to send
KEPT_PACE = 1.1                # seconds that one of the satellite may take

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

    def bits_and_symbols(self, frames):
        return (sum(count * each[m] for m, count in frames.items()) for each in (self.bits, self.symbols))

    def mean_best(self, begin_s, end_s):
        """Of what arrives from then to then."""
        times = [begin_s + (end_s - begin_s) * k / 100 for k in range(100)]
        return sum(self.best(CLEAR_DB - fade_db(t)) for t in times) / len(times)


def sent_between(one, other):
    """Frames by MODCOD."""
    more = {m: count - one["sent"].get(m, 0) for m, count in other["sent"].items()}
    return {m: count for m, count in more.items() if count}


class Acm(unittest.TestCase):
    def test_a_fade_of_10_db_in_10_s(self):
        node = Node()
        self.addCleanup(node.close)
        with tempfile.TemporaryDirectory(prefix="depinsat-") as folder:
            self.system = stack.Stack(
                folder, BUILD, stack.Waveform(symbol_rate_baud=BAUD, modcod="acm", es_n0_db=CLEAR_DB, disturbances=FADE))
            try:
                self.start(node)
                never_came = self.on_the_way()
                self.keep_busy()
                looks = self.measure()
                self.busy = False
                stack.wait_for("each frame on air to come", lambda: self.on_the_way() == never_came, 120)
            finally:
                self.busy = False
                self.system.stop()
            self.judge(looks)

    def start(self, node):
        system = self.system
        system.ports["anvil"] = node.port
        system.write_configuration()
        system.start("satellite", system.bin / "depinsat", "sat", "--config", system.folder / "satellite.toml", "--patient")
        for name in ("gateway", "user"):
            system.start_station(name)
        system.wait_until_up(240)
        stack.wait_for("the user's report", lambda: self.look()["reported_db"] is not None, 120)

    def on_the_way(self):
        """Frames on air less those that came, when that stays as it is: those from before the user's receiver locked."""
        seen = []
        while len(seen) < 4 or len(set(seen[-4:])) > 1:
            time.sleep(0.5)
            look = self.look()
            seen.append(look["on_air"] - look["received"])
        return seen[-1]

    def measure(self):
        """One look a second from before the next whole fade to behind it."""
        begin = self.now() + 3
        first = FIRST_S + PERIOD_S * max(0, -(-(begin + BEFORE_S - FIRST_S) // PERIOD_S)) - BEFORE_S
        while self.now() < first:
            time.sleep(0.05)
        looks = [self.look()]
        while looks[-1]["now"] < first + BEFORE_S + FADE_S + BEHIND_S:
            while self.now() == looks[-1]["now"]:
                time.sleep(0.02)
            looks.append(self.look())
        return looks

    def judge(self, looks):
        before, after = looks[0], looks[-1]
        passed = {key: after[key] - before[key] for key in ("now", "clock", "failed", "dropped", "idle")}
        sent = sent_between(before, after)
        modcods = Modcods()
        bits, symbols = modcods.bits_and_symbols(sent)
        share, filled = bits / self.best_bits(modcods, looks), symbols / BAUD / passed["now"]
        slowness = passed["clock"] / passed["now"]
        reported = [look["reported_db"] for look in looks]
        print(f"{sum(sent.values())} frames of {len(sent)} MODCODs filled {100 * filled:.1f} % of {passed['now']:.1f} s "
              f"at 1/{slowness:.2f} of the pace, {passed['failed']} failed, {passed['idle']} asks idle; heard at {min(reported):.1f} to "
              f"{max(reported):.1f} dB; {share:.3f} of the best throughput")
        self.assertEqual((passed["failed"], passed["dropped"]), (0, 0))
        self.assertAlmostEqual(max(reported), CLEAR_DB, delta=0.6)
        self.assertAlmostEqual(min(reported), CLEAR_DB - FADE_DB, delta=0.6)
        self.assertGreaterEqual(len(sent), 7)
        self.assertLessEqual(passed["idle"], MOST_IDLE * sum(sent.values()))
        if slowness > KEPT_PACE:
            self.skipTest(f"throughput {share:.3f} is not judged: the machine keeps 1/{slowness:.2f} of the pace only")
        self.assertGreater(share, LEAST_SHARE)
        self.assertGreater(filled, LEAST_FILLED)

    def best_bits(self, modcods, looks):
        """That could have been sent in the symbols that were."""
        delay = self.system.waveform.delay_ms / 1000
        best = 0.0
        for one, next_one in zip(looks, looks[1:]):
            _, symbols = modcods.bits_and_symbols(sent_between(one, next_one))
            best += symbols * modcods.mean_best(one["now"] + delay, next_one["now"] + delay)
        return best

    def look(self):
        now, clock = self.now(), time.monotonic()
        user, gateway = self.system.status("user"), self.system.status("gateway")
        return {"now": now, "clock": clock, "sent": gateway["acm"]["frames"], "reported_db": gateway["acm"]["reported_es_n0_db"],
                "on_air": gateway["frames"]["sent"], "idle": gateway["modem"]["frames"]["idle"],
                "received": user["frames"]["received"], "failed": user["frames"]["failed"],
                "dropped": sum(self.system.satellite_counts(name)["dropped"] for name in ("gateway", "user"))}

    def now(self):
        counts = self.system.satellite_counts()
        return counts["samples"] / counts["sample_rate_hz"]

    def keep_busy(self):
        """Asks for long answers, so that the gateway always has something to send."""
        self.busy = True

        def ask():
            while self.busy:
                try:
                    stack.rpc(self.system.rpc_url, "test_noise", timeout=60)
                except (OSError, ValueError):
                    time.sleep(0.1)
        for _ in range(6):
            threading.Thread(target=ask, daemon=True).start()


if __name__ == "__main__":
    unittest.main(verbosity=2)
