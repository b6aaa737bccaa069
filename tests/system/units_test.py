#!/usr/bin/env python3
"""The units of systemd, installed under a prefix, are good, and name programs that are there; what a unit forbids the
daemon does without.

Environment: DEPINSAT_CMAKE, cmake; DEPINSAT_BUILD, the build folder.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import seccomp

from daemon_world import World

UNITS = ("depinsatd@user.service", "depinsat-modem@user.service", "depinsat-passes@user.service",
         "depinsat-passes@user.timer")


def syscalls(names):
    """Those of a SystemCallFilter=, with those of its groups."""
    found = set()
    for name in names:
        if name.startswith("@"):
            text = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True).stdout
            found |= syscalls(re.findall(r"^ +([-@\w]+)$", text, re.MULTILINE))
        else:
            found.add(name)
    return found


def run_filtered(names, command):
    """Becomes the command, which is killed if it makes any other system call."""
    allowed = seccomp.SyscallFilter(seccomp.KILL_PROCESS)
    for name in syscalls(names):
        if seccomp.resolve_syscall(seccomp.Arch(), name) >= 0:  # others are of other machines
            allowed.add_rule(seccomp.ALLOW, name)
    allowed.load()
    os.execv(command[0], command)


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

    def test_the_daemon_needs_no_system_call_that_its_unit_forbids(self):
        build = pathlib.Path(os.environ["DEPINSAT_BUILD"])
        unit = (pathlib.Path(__file__).parents[2] / "systemd/depinsatd@.service.in").read_text()
        names = re.search(r"^SystemCallFilter=(.*)$", unit, re.MULTILINE).group(1).split()
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "depinsatd"
            program.write_text(f"#!/bin/sh\nexec {sys.executable} {__file__} --filtered '{' '.join(names)}' "
                               f"{build}/bin/depinsatd \"$@\"\n")
            program.chmod(0o755)
            world = World(str(program))
            self.addCleanup(world.close)
            self.assertEqual(world.call("eth_chainId")["result"], "0x7a69")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--filtered"]:
        run_filtered(sys.argv[2].split(), sys.argv[3:])
    unittest.main(verbosity=2)
