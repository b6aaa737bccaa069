"""What the tests of a user station's ordinary connection share: the gate that is that connection, and how it is looked at."""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from tcp_gate import Gate  # noqa: E402, F401


class OrdinaryWatch:
    """Beside unittest.TestCase, with self.world, and self.ordinary(): the node that serves, or null."""

    def wait_until_ordinary(self, serves, timeout=20):
        end = time.monotonic() + timeout
        while bool(self.ordinary()) != serves:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def sent(self):
        return self.world.user.status()["link"]["messages_sent"]
