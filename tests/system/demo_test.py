"""`script/demo` over a link that is not left in peace: its frames are lost, it is cut, a station's daemon is killed.

The demo itself checks that each transaction is in one block of the node, once, and that the trial took place; its exit status says so.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import stack  # noqa: E402


def demo(*arguments):
    return subprocess.run(["/usr/bin/python3", stack.ROOT / "tools/demo.py", *arguments], capture_output=True, text=True,
                          timeout=200)


class Demo(unittest.TestCase):
    def measured(self, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "demo.json"
            done = demo(*arguments, "--patient", "--json", file)  # frames are lost as is meant, and no others
            print(done.stdout, end="")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            result = json.loads(file.read_text())
        hashes = [t["hash"] for t in result["transactions"]]
        self.assertEqual(len(set(hashes)), len(hashes))
        self.assertEqual({t["status"] for t in result["transactions"]}, {"0x1"})
        return result

    def time_of(self, result, words, after=-1.0):
        """The first event with these words behind that time; times are in hundredths of a second."""
        times = [e["seconds"] for e in result["timeline"] if words in e["event"] and e["seconds"] > after]
        self.assertTrue(times, f"no event with \"{words}\" in {result['timeline']}")
        return times[0]

    def test_a_fifth_of_the_frames_lost_each_way(self):
        frames = self.measured("--loss", "0.2")["frames"]
        sent = sum(f["sent"] for f in frames.values())
        lost = sum(f["sent"] - f["received"] for f in frames.values())
        self.assertGreaterEqual(sent, 100)
        self.assertGreaterEqual(lost, 4)  # of 100 with 0.2: fewer with probability 6e-6

    def test_the_link_cut_for_thirty_seconds_behind_the_submission(self):
        result = self.measured("--outage", "30")
        cut, back = (self.time_of(result, words) for words in ("link is cut", "is restored"))
        self.assertGreaterEqual(back - cut, 29.9)
        self.assertLess(self.time_of(result, "the wallet has its hash"), cut + 0.1)
        self.assertGreaterEqual(self.time_of(result, "receipt came"), back)

    def test_the_daemons_of_both_stations_killed(self):
        result = self.measured("--crash")
        self.assertEqual(len(result["transactions"]), 2)
        for whose in ("user station's", "gateway's"):
            killed = self.time_of(result, f"kill -9 of the {whose} daemon")
            started = self.time_of(result, "started it again", killed)
            self.assertGreater(self.time_of(result, "receipt came", killed), started)

    def test_the_ordinary_connection_cut_and_back(self):
        result = self.measured("--scenario", "outage")
        self.assertEqual(len(result["transactions"]), 4)
        self.assertLessEqual(result["switch_s"], 2.0)
        cut, back = self.time_of(result, "is cut"), self.time_of(result, "serves again")
        self.assertLessEqual(self.time_of(result, "by the ordinary connection"), cut)
        self.assertLess(self.time_of(result, "cast send and its receipt", cut), back)
        self.assertGreaterEqual(self.time_of(result, "by the ordinary connection", cut), back)

    def test_what_is_out_of_range_is_refused_at_once(self):
        for arguments, words in ((["--loss", "0.5"], "--loss: 0.5 is no number from 0 to 0.3"),
                                 (["--outage", "soon"], "--outage: soon is no number from 1 to 3600"),
                                 (["--outage", "nan"], "--outage: nan")):
            done = demo(*arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
