#!/usr/bin/env python3
"""Ethereum through two depinsatd: the user station's ordinary connection, and what happens when it fails.

Environment: DEPINSATD, the program.
"""
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import time
import unittest

from ethereum_world import RAW, TO, Chain
from ordinary_world import Gate, OrdinaryWatch


class OrdinaryConnection(OrdinaryWatch, Chain):
    """The user station has a way of its own to the node, until a test takes it away."""

    OPTIONS = ("--no-mining",)

    def user_more(self):
        self.gate = Gate(self.anvil.port)
        self.addCleanup(lambda: self.gate.close() if self.gate else None)
        return f"""
[[upstream]]
protocol = "ethereum"
url = "http://127.0.0.1:{self.gate.port}"
max_head_age_s = 0
"""

    def ordinary(self):
        return self.world.user.status()["protocols"]["ethereum"]["ordinary"]

    def balance(self):
        return self.world.call("eth_getBalance", TO, "latest")["result"]

    def test_it_is_used_first_and_its_loss_is_nobody_s(self):
        self.wait_until_ordinary(True)
        before, balance = self.sent(), self.balance()
        self.assertEqual(self.sent(), before)
        self.gate.close()
        self.gate = None
        start = time.monotonic()
        self.assertEqual(self.balance(), balance)
        print(f"ordinary connection cut: answered by satellite after {time.monotonic() - start:.2f} s", flush=True)
        self.assertGreater(self.sent(), before)
        self.wait_until_ordinary(False)

    def test_one_that_goes_silent_is_left_with_what_waits_for_it(self):
        self.wait_until_ordinary(True)
        balance = self.balance()
        self.gate.silent = True
        start = time.monotonic()
        self.assertEqual(self.balance(), balance)
        print(f"ordinary connection silent: answered by satellite after {time.monotonic() - start:.2f} s", flush=True)
        raw = self.signed(0)
        hash = self.world.call(RAW, raw)["result"]
        self.assertEqual(self.anvil.call("eth_getTransactionByHash", hash)["hash"], hash)
        self.gate.silent = False
        self.wait_until_ordinary(True)

    def test_it_takes_back_what_its_chain_has_left(self):
        self.wait_until_ordinary(True)
        self.gate.silent = True
        self.balance()
        hash = self.world.call(RAW, self.signed(0))["result"]
        self.anvil.call("evm_mine")
        self.wait_for_state(hash, "included")
        self.gate.silent = False
        self.wait_until_ordinary(True)
        self.anvil.call("anvil_dropAllTransactions")
        self.anvil.call("anvil_reorg", 1, [])
        self.wait_for_state(hash, "accepted")
        end = time.monotonic() + 20
        while time.monotonic() < end and not self.anvil.call("eth_getTransactionByHash", hash):
            time.sleep(0.1)
        self.anvil.call("evm_mine")
        self.wait_for_state(hash, "included")
        end = time.monotonic() + 10
        verified = lambda: self.world.call("depinsat_transactionStatus", hash)["result"]["verified"]
        while time.monotonic() < end and not verified():  # the gateway alone may have told first
            time.sleep(0.1)
        self.assertTrue(verified())
        for _ in range(3):
            self.anvil.call("evm_mine")
        self.wait_for_state(hash, "final")

    def test_without_either_way_a_read_fails_at_once(self):
        self.wait_until_ordinary(True)
        self.gate.close()
        self.gate = None
        self.wait_until_ordinary(False)
        self.world.air.silent = True
        self.world.user.wait_for_peer(up=False, timeout=90)
        times = []
        for _ in range(5):
            start = time.monotonic()
            self.assertEqual(self.world.call("eth_getBalance", TO, "latest")["error"]["code"], -32050)
            times.append(time.monotonic() - start)
        print(f"no way at all: error after {1e3 * min(times):.1f} ms", flush=True)
        self.assertLess(min(times), 0.1)


class TlsGate(Gate):
    """A gate with a certificate of its own, for localhost."""

    def __init__(self, target, folder):
        self.certificate, key = folder / "tls.pem", folder / "tls.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", key, "-out", self.certificate, "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, key)
        super().__init__(target)

    def welcome(self, client):
        try:
            return self.context.wrap_socket(client, server_side=True)
        except ssl.SSLError as error:
            raise ConnectionError from error


class Tls(Chain):
    """Nodes behind https."""

    OPTIONS = ("--no-mining",)

    def user_more(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="depinsat-"))
        self.addCleanup(shutil.rmtree, folder)
        self.gate = TlsGate(self.anvil.port, folder)
        self.addCleanup(self.gate.close)
        return "".join(f"""
[[upstream]]
protocol = "ethereum"
url = "https://{host}:{self.gate.port}"
max_head_age_s = 0
{authority}
""" for host, authority in (("127.0.0.1", f'ca_file = "{self.gate.certificate}"'),
                            ("localhost", f'ca_file = "{self.gate.certificate}"')))

    def test_a_certificate_must_be_of_the_host(self):
        end = time.monotonic() + 20
        serves = lambda: self.world.user.status()["protocols"]["ethereum"]["ordinary"]
        while time.monotonic() < end and not serves():
            time.sleep(0.05)
        self.assertEqual(serves(), f"localhost:{self.gate.port}")  # and not that of 127.0.0.1, whose name it is not
        before = self.world.user.status()["link"]["messages_sent"]
        self.assertEqual(self.world.call("eth_getBalance", TO, "latest")["result"], self.anvil.call("eth_getBalance", TO, "latest"))
        self.assertEqual(self.world.user.status()["link"]["messages_sent"], before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
