#!/usr/bin/env python3
"""The units of systemd, installed under a prefix, are good, and name programs that are there.

Environment: DEPINSAT_CMAKE, cmake; DEPINSAT_BUILD, the build folder.
"""
import os
import pathlib
import subprocess
import tempfile
import unittest

UNITS = ("depinsatd@user.service", "depinsat-modem@user.service", "depinsat-passes@user.service",
         "depinsat-passes@user.timer")


class Units(unittest.TestCase):
    def test_systemd_takes_the_installed_units(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([os.environ["DEPINSAT_CMAKE"], "--install", os.environ["DEPINSAT_BUILD"], "--prefix", folder,
                            "--component", "Unspecified"], check=True, stdout=subprocess.DEVNULL, timeout=120)
            units = pathlib.Path(folder) / "lib/systemd/system"
            for unit in units.glob("*.service"):
                programs = [line.split("=", 1)[1].split()[0] for line in unit.read_text().splitlines()
                            if line.startswith("ExecStart=")]
                self.assertEqual(len(programs), 1, unit)
                self.assertTrue(os.access(programs[0], os.X_OK), programs)
                self.assertTrue(programs[0].startswith(f"{folder}/bin/"), programs)
            done = subprocess.run(["systemd-analyze", "verify", *(str(units / unit) for unit in UNITS)],
                                  capture_output=True, text=True, timeout=60)
            about_ours = [line for line in done.stderr.splitlines() if "depinsat" in line]
            self.assertEqual((done.returncode, about_ours), (0, []), done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
