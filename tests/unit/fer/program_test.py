#!/usr/bin/env python3
"""depinsat-fer from outside: its JSON, its refusals, SIGINT. Usage: program_test.py PROGRAM"""
import json
import signal
import subprocess
import sys
import time
import unittest

PROGRAM = sys.argv.pop()
SHORT = ["--code", "s2_short_1-2", "--iterations", "25"]


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=30)


class Program(unittest.TestCase):
    def report(self, *arguments):
        result = run(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout.count("\n"), 1)
        self.assertEqual(result.stderr, "")  # no terminal, no progress
        return json.loads(result.stdout)

    def test_counts_and_rates_agree(self):
        report = self.report(*SHORT, "--esn0-db", "0.2", "--frames", "50", "--seed", "7")
        self.assertEqual((report["frames"], report["seed"], report["iterations"]), (50, 7, 25))
        self.assertEqual(report["fer"], report["frame_errors"] / 50)
        self.assertGreater(report["frame_errors"], 0)
        self.assertLess(report["frame_errors"], 50)
        self.assertGreater(report["ber"], 0)
        self.assertLessEqual(report["mean_iterations"], 25)

    def test_a_modcod_is_its_code_and_constellation(self):
        report = self.report("--modcod", "8psk_3-5", "--frame-size", "short", "--esn0-db", "7", "--frames", "5")
        self.assertEqual((report["code"], report["constellation"]), ("s2_short_3-5", "8PSK"))
        self.assertEqual(report["frame_errors"], 0)

    def test_energy_may_be_that_of_an_information_bit(self):
        report = self.report("--code", "tc_128", "--modulation", "BPSK", "--ebn0-db", "3", "--frames", "50")
        self.assertAlmostEqual(report["esn0_db"], -0.0103, 4)
        self.assertEqual((report["ebn0_db"], report["constellation"]), (3, "BPSK"))

    def test_threads_do_not_change_the_counts(self):
        what = ["--code", "ar4ja_1-2_1024", "--ebn0-db", "1.0", "--frames", "600"]
        self.assertEqual(self.report(*what, "--threads", "3"), self.report(*what))

    def test_enough_errors_end_it(self):
        report = self.report("--code", "k7_1-2", "--ebn0-db", "1", "--frames", "1000000", "--max-frame-errors", "30")
        self.assertGreaterEqual(report["frame_errors"], 30)
        self.assertLess(report["frames"], 1000)
        self.assertIsNone(report["mean_iterations"])

    def test_erasures_are_counted_in_blocks(self):
        report = self.report("--code", "raptorq_50", "--loss", "0.2", "--overhead", "2", "--frames", "500")
        self.assertEqual((report["frames"], report["frame_errors"], report["loss"]), (500, 0, 0.2))
        self.assertIsNone(report["ber"])

    def test_the_receiver_is_measured_with_impairments(self):
        what = ["--modcod", "qpsk_1-2", "--frame-size", "short", "--esn0-db", "3", "--synchronisation", "receiver",
                "--pilots", "off", "--cfo", "0.01", "--clock-ppm", "20", "--frames", "20", "--frames-per-start", "7"]
        report = self.report(*what, "--threads", "2")
        self.assertEqual((report["frames"], report["frame_errors"], report["starts"]), (20, 0, 3))
        self.assertEqual((report["starts_in_time"], report["lock_losses"], report["pilots"]), (3, 0, False))
        self.assertLess(abs(report["snr_error_db"]), 0.3)
        self.assertEqual(report["phase_noise_mask"], "none")
        self.assertEqual(self.report(*what), report)
        report = self.report(*what, "--phase-noise-mask", "1000:-60,10000:-80")
        self.assertEqual(report["frames"], 20)

    def test_a_receiver_that_never_locks_has_the_same_keys(self):
        what = ["--modcod", "qpsk_1-2", "--frame-size", "short", "--synchronisation", "receiver", "--frames", "2"]
        locked, lost = self.report(*what, "--esn0-db", "3"), self.report(*what, "--esn0-db", "-10")
        self.assertEqual((lost["frame_errors"], lost["starts_without_lock"], lost["snr_error_db"]), (2, 1, None))
        self.assertEqual(list(lost), list(locked))

    def test_vl_snr_is_measured_both_ways(self):
        what = ["--modcod", "bpsk_1-5", "--frame-size", "short", "--esn0-db", "-5.6", "--frames", "4"]
        ideal = self.report(*what)
        self.assertEqual((ideal["frame_errors"], ideal["symbols"]), (0, 14976))
        report = self.report(*what, "--synchronisation", "receiver", "--cfo", "0.003", "--clock-ppm", "-60")
        self.assertEqual((report["frames"], report["frame_errors"], report["starts_in_time"]), (4, 0, 1))
        self.assertLess(abs(report["snr_error_db"]), 0.5)

    def test_every_name_that_is_listed_is_known(self):
        lines = run("--list").stdout.splitlines()
        self.assertIn("code s2_normal_1-2", lines)
        self.assertIn("modcod 8psk_3-4 --frame-size short", lines)
        self.assertIn("modulation 16APSK", lines)
        for line in (line for line in lines if "tc_128" in line or "16apsk" in line or "bpsk" in line):
            self.report(*("--" + line).split(), "--esn0-db", "30", "--frames", "1")

    def test_help_shows_a_command_that_runs(self):
        example = run("--help").stdout.split("Example: depinsat-fer ")[1].split()
        self.assertEqual(self.report(*example, "--max-frame-errors", "1")["modcod"], "qpsk_1-2")

    def test_bad_input_is_refused_in_one_line(self):
        rest = ["--esn0-db", "1", "--frames", "1"]
        for arguments in (["--code", "s2_normal_7-8", *rest], ["--code", "raptorq_9000", "--loss", "0.1", "--frames", "1"],
                          ["--code", "raptorq_10", *rest], ["--code", "raptorq_10", "--frames", "1"],
                          ["--code", "tc_128", "--loss", "0.1", *rest], ["--code", "tc_128", "--frames", "1"],
                          ["--code", "tc_128", "--synchronisation", "receiver", *rest],
                          ["--code", "raptorq_10", "--loss", "0.1", "--frames", "1", "--message-bytes", "3"],
                          ["--code", "raptorq_10", "--loss", "0.1", "--frames", "1", "--llr-scale-db", "1"],
                          ["--code", "raptorq_10", "--loss", "0.1", "--frames", "1", "--synchronisation", "receiver"],
                          ["--modcod", "qpsk_1-2", "--synchronisation", "receiver", "--overhead", "1", *rest],
                          ["--modcod", "qpsk_1-2", "--cfo", "0.1", *rest],
                          ["--modcod", "qpsk_1-2", "--spectral-inversion", *rest],
                          ["--modcod", "qpsk_1-2", "--synchronisation", "ideal", "--cfo", "0.1", *rest],
                          ["--modcod", "qpsk_1-2", "--synchronisation", "receiver", "--cfo", "2", *rest],
                          ["--modcod", "qpsk_1-2", "--synchronisation", "guess", *rest],
                          ["--modcod", "bpsk_1-5", "--frame-size", "short", "--synchronisation", "receiver",
                           "--pilots", "off", *rest],
                          ["--modcod", "qpsk_1-2", "--synchronisation", "receiver",
                           "--phase-noise-mask", "100:x", *rest],
                          ["--code", "tc_128", "--ebn0-db", "1", *rest], [*SHORT, "--threads", "0", *rest],
                          [*SHORT, "--modulation", "64QAM", *rest], [*SHORT, "--interleaving", "5", *rest],
                          ["--modcod", "qpsk_1-2", "--modulation", "QPSK", *rest],
                          ["--modcod", "qam_1-2", *rest], rest,
                          ["--modcod", "qpsk_1-2", "--frame-size", "huge", *rest],
                          ["--code", "s2_short_1-2", "--modcod", "qpsk_1-2", *rest],
                          [*SHORT, "--esn0-db", "nan", "--frames", "1"], [*SHORT, "--esn0-db", "1"],
                          [*SHORT, "--esn0-db", "1", "--frames", "0"],
                          ["--code", "s2_short_1-2", "--iterations", "0", *rest]):
            result = run(*arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
            self.assertTrue(result.stderr.startswith("depinsat-fer: "), result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)

    def test_an_interrupt_prints_what_was_done(self):
        process = subprocess.Popen([PROGRAM, *SHORT, "--esn0-db", "1", "--frames", "100000000"],
                                   stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        report = json.loads(process.communicate(timeout=20)[0])
        self.assertEqual(process.returncode, 0)
        self.assertGreater(report["frames"], 0)
        self.assertLess(report["frames"], 100000000)


if __name__ == "__main__":
    unittest.main()
