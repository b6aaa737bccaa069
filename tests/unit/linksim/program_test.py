#!/usr/bin/env python3
"""depinsat-linksim from outside: its JSON, its refusals, SIGINT. Usage: program_test.py PROGRAM"""
import json
import signal
import subprocess
import sys
import time
import unittest

PROGRAM = sys.argv.pop()


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=50)


class Program(unittest.TestCase):
    def report(self, *arguments, status=0):
        result = run(*arguments)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertEqual(result.stdout.count("\n"), 1)
        self.assertEqual(result.stderr, "")  # no terminal, no progress
        return json.loads(result.stdout)

    def test_counts_agree_and_the_seed_decides(self):
        runs = [self.report("loss-20", "--duration", "200", "--seed", seed) for seed in ("7", "7", "8")]
        block = runs[0]["classes"]["block"]
        self.assertGreater(block["done"], 0)
        self.assertLessEqual(block["done"], block["received"])
        self.assertEqual(block["received_bytes"], block["received"] * 100000)
        self.assertEqual(runs[0]["up"]["loss"], 0.2)
        self.assertEqual(runs[0]["figures"], runs[1]["figures"])
        self.assertEqual(runs[0]["up"], runs[1]["up"])
        self.assertNotEqual(runs[0]["up"]["segments_repeated"], runs[2]["up"]["segments_repeated"])

    def test_a_missed_figure_is_exit_status_1(self):
        report = self.report("clean", "--duration", "60", "--loss", "0.1", status=1)
        self.assertFalse(report["figures"][0]["met"])
        self.assertEqual(sum(report["violations"].values()), 0)

    def test_an_outage_holds_everything_up(self):
        report = self.report("outage", "--outage", "10,600", "--duration", "1000")
        transaction = report["classes"]["transaction"]
        self.assertEqual(transaction["done"], 2000)
        self.assertGreater(transaction["latency_s"]["p99"], 500)

    def test_help_names_every_scenario(self):
        text = run("--help").stdout
        for name in ("clean", "loss-20", "critical-loss", "idle", "gateway", "day", "outage", "slow", "fast"):
            self.assertIn(f"\n  {name} ", text)

    def test_bad_input_is_refused_in_one_line(self):
        for arguments in ([], ["perfect"], ["clean", "--loss", "2"], ["clean", "--loss", "nan"], ["clean", "--duration", "5"],
                          ["clean", "--outage", "60"], ["clean", "--outage", "-1,5"], ["clean", "--outage", "1,5x"],
                          ["clean", "--frame-bytes", "10"], ["clean", "--users", "0"], ["clean", "--rate", "1"]):
            result = run(*arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
            self.assertTrue(result.stderr.startswith("depinsat-linksim: "), result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)

    def test_an_interrupt_prints_what_was_done(self):
        process = subprocess.Popen([PROGRAM, "critical", "--duration", "10000000"], stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        report = json.loads(process.communicate(timeout=40)[0])
        self.assertGreater(report["simulated_s"], 0)
        self.assertLess(report["simulated_s"], 10000000)


if __name__ == "__main__":
    unittest.main()
