"""How `depinsat modem` ends: with a flowgraph that does what it is asked, and with one that does not."""
import os
import pathlib
import signal
import sys
import threading
import time
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import command_world  # noqa: E402,F401 (finds the package)
from depinsat import modem  # noqa: E402
from depinsat.errors import FAILED, CommandError  # noqa: E402


class Flowgraph:
    """Gets a SIGTERM once it runs, and ends so many seconds after stop()."""

    def __init__(self, seconds):
        self.seconds, self.stopped = seconds, threading.Event()

    def start(self):
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()

    def stop(self):
        self.stopped.set()

    def wait(self):
        self.stopped.wait()
        time.sleep(self.seconds)


class ModemStop(unittest.TestCase):
    def setUp(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.addCleanup(signal.signal, number, signal.getsignal(number))

    def test_a_flowgraph_that_ends_is_status_0(self):
        self.assertEqual(modem.run_until_signal(Flowgraph(0)), 0)

    def test_a_flowgraph_that_does_not_end_is_told_and_a_failure(self):
        with unittest.mock.patch.object(modem, "STOP_S", 0.2), self.assertRaises(CommandError) as raised:
            modem.run_until_signal(Flowgraph(5))
        self.assertEqual(raised.exception.status, FAILED)
        self.assertIn("did not end", str(raised.exception))


if __name__ == "__main__":
    unittest.main()
