#!/usr/bin/env python3
"""A sweep, its table and its plot. Usage: waterfall_tools_test.py PROGRAM TOOLS_FOLDER"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

TOOLS = sys.argv.pop()
PROGRAM = sys.argv.pop()


def tool(name, *arguments):
    return subprocess.run([sys.executable, os.path.join(TOOLS, name), *arguments], capture_output=True, text=True)


def sweep(path, *names):
    return tool("measure_waterfalls.py", "--program", PROGRAM, "sweep", path, *names)


class Waterfalls(unittest.TestCase):
    def test_a_sweep_goes_on_where_it_was_and_is_drawn(self):
        with tempfile.TemporaryDirectory() as folder:
            path, picture = os.path.join(folder, "curve.jsonl"), os.path.join(folder, "curve.svg")
            self.assertEqual(sweep(path, "code bch_.*").returncode, 0)
            with open(path) as file:
                lines = file.readlines()
            rates = [json.loads(line)["fer"] for line in lines]
            self.assertGreater(rates[0], 0.1)
            self.assertLess(rates[-1], 1e-3)
            self.assertEqual(rates, sorted(rates, reverse=True))

            with open(path, "w") as file:
                file.writelines(lines[:2])
            self.assertEqual(sweep(path, "code bch_.*").returncode, 0)
            with open(path) as file:
                self.assertEqual(file.readlines(), lines)

            row = tool("measure_waterfalls.py", "table", path).stdout.splitlines()[-1].split("|")
            at = [float(cell) for cell in row[4:7]]
            self.assertEqual(at, sorted(at))
            result = tool("plot_waterfalls.py", "--x", "ebn0_db", picture, path)
            self.assertEqual(result.returncode, 0, result.stderr)
            with open(picture) as file:
                self.assertIn("bch_63_56", file.read())

    def test_what_does_not_exist_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "curve.jsonl")
            self.assertNotEqual(sweep(path, "code nothing").returncode, 0)
            with open(path, "w") as file:
                file.write('{"code": 1}\n')
            result = tool("plot_waterfalls.py", path + ".svg", path)
            self.assertIn("curve.jsonl:1: not a line of depinsat-fer", result.stderr)


if __name__ == "__main__":
    unittest.main()
