"""The `depinsat` command for its tests: how it is called, and what it must say of bad input."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COMMAND = os.environ["DEPINSAT"]


def depinsat(*arguments, timeout=60):
    return subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=timeout)


class TestCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def check_refused(self, result, status, word=""):
        """One line on stderr, nothing on stdout, this status."""
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertIn(word, result.stderr)
