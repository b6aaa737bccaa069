#!/usr/bin/env python3
"""Every scenario of depinsat-linksim meets its figures. Usage: scenarios_test.py PROGRAM"""
import re
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop()


class Scenarios(unittest.TestCase):
    def test_each_meets_its_figures(self):
        text = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
        names = re.findall(r"^  ([a-z][a-z0-9-]*) ", text.split("Scenarios:")[1], re.MULTILINE)
        self.assertGreater(len(names), 10)
        for name in names:
            with self.subTest(name):
                result = subprocess.run([PROGRAM, name], capture_output=True, text=True)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
