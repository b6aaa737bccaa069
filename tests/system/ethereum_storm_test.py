#!/usr/bin/env python3
"""Many transactions while the ordinary connection is cut, frames are lost and the user station's daemon is killed.

Environment: DEPINSATD, the program; TRANSACTIONS, how many.
"""
import collections
import concurrent.futures
import os
import pathlib
import signal
import sys
import threading
import time
import unittest

from ethereum_world import FROM, RAW, Chain

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from tcp_gate import Gate  # noqa: E402

COUNT = int(os.environ["TRANSACTIONS"])
CLIENTS = 8
LOSS = 0.05


class Storm(Chain):
    OPTIONS = ("--block-time", "2")

    def user_more(self):
        self.gate = Gate(self.anvil.port)
        return f"""
[[upstream]]
protocol = "ethereum"
url = "http://127.0.0.1:{self.gate.port}"
max_head_age_s = 0
"""

    def signed_ones(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return list(pool.map(self.signed, range(COUNT)))

    def submit(self, raw):
        """Until the station answers at all, as a wallet does whose connection is refused; the answer."""
        while time.monotonic() < self.end:
            try:
                answer = self.world.call(RAW, raw)
            except (OSError, ValueError, AssertionError):
                time.sleep(0.2)
                continue
            finally:
                with self.lock:
                    self.asked += 1
            return answer
        raise AssertionError("no answer")

    def disturb(self):
        """The ordinary connection is cut after a quarter, the daemon killed after a half."""
        while self.asked < COUNT / 4:
            time.sleep(0.02)
        self.gate.close()
        while self.asked < COUNT / 2:
            time.sleep(0.02)
        self.world.user.stop(signal.SIGKILL)
        self.world.user.start()

    def test_each_is_included_once_and_what_was_acknowledged_is_true(self):
        raws = self.signed_ones()
        self.world.air.loss = LOSS
        self.lock, self.asked, self.end = threading.Lock(), 0, time.monotonic() + 60 + COUNT / 2
        while not self.world.user.status()["protocols"]["ethereum"]["ordinary"]:
            time.sleep(0.05)
        disturber = threading.Thread(target=self.disturb)
        disturber.start()
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            answers = list(pool.map(self.submit, raws))
        disturber.join()
        self.assertEqual([answer for answer in answers if "result" not in answer], [])
        hashes = [answer["result"] for answer in answers]
        self.assertEqual(len(set(hashes)), COUNT)
        while time.monotonic() < self.end and int(self.anvil.call("eth_getTransactionCount", FROM, "latest"), 16) < COUNT:
            time.sleep(0.2)
        self.assertEqual(self.times_included(), dict.fromkeys(hashes, 1))
        self.states(hashes)
        print(f"{COUNT} transactions, {self.world.air.lost} of {self.world.air.carried} frames lost: "
              f"each is in one block, once", flush=True)

    def times_included(self):
        head = int(self.anvil.call("eth_blockNumber"), 16)
        blocks = [self.anvil.call("eth_getBlockByNumber", hex(n), False) for n in range(head + 1)]
        return dict(collections.Counter(hash for block in blocks for hash in block["transactions"]))

    def states(self, hashes):
        """What went by satellite is known, and in a block, after the daemon was killed."""
        known, end = {}, time.monotonic() + 60
        while time.monotonic() < end:
            known = {hash: state for hash in hashes if (state := self.state(hash))}
            if known and all(state in ("included", "final") for state in known.values()):
                break
            time.sleep(1)
        self.assertGreater(len(known), COUNT / 5)  # those behind the cut, which is noticed a little later than it is made
        self.assertEqual(set(known.values()) - {"included", "final"}, set())


if __name__ == "__main__":
    unittest.main(verbosity=2)
