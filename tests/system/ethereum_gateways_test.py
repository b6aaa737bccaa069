#!/usr/bin/env python3
"""Three gateways of different operators with one chain, one of which lies or censors: what it says alone is passed on by nobody.

Environment: DEPINSATD, the program.
"""
import http.server
import json
import pathlib
import tempfile
import threading
import time
import unittest

from daemon_world import Air, Station, World, free_port
from ethereum_world import FROM, PROGRAM, RAW, TO, Anvil, Chain, ask

LYING_HASH = "0x" + "66" * 32


class Liar(http.server.ThreadingHTTPServer):
    """Stands between a gateway and its node, and changes what the node says once it is told to."""

    daemon_threads = True

    def __init__(self, node_port):
        super().__init__(("127.0.0.1", 0), LiarHandler)
        self.node_port, self.lies, self.taken = node_port, False, []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def close(self):
        self.shutdown()
        self.server_close()

    def answer(self, request):
        method = request["method"]
        if method == RAW:
            self.taken.append(request["params"][0])
        if self.lies and method == RAW:
            return {"jsonrpc": "2.0", "id": request["id"], "result": LYING_HASH}  # and that is all: censored
        response = ask(self.node_port, request)
        return self.lie(method, response) if self.lies else response

    def lie(self, method, response):
        result = response.get("result")
        if method == "eth_getTransactionCount":
            response["result"] = "0x63"
        elif method == "eth_gasPrice":
            response["result"] = "0x2540be400"
        elif method == "eth_blockNumber":
            response["result"] = "0x1000"
        elif method in ("eth_getBlockByNumber", "eth_getBlockByHash") and result:
            result |= {"number": hex(int(result["number"], 16) + 1000)}  # under the hash of the true one
        elif method == "eth_getTransactionReceipt":
            response["result"] = {"status": "0x1", "blockHash": LYING_HASH, "blockNumber": "0x1000",
                                  "transactionHash": "0x" + "77" * 32, "logs": []}
        return response


class LiarHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.server.answer
        reply = json.dumps([answer(one) for one in request] if isinstance(request, list) else answer(request)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


class GatewaysWorld(World):
    """A user station and its gateways, each with a node of its own address."""

    def __init__(self, node_ports, agreement, delay_s=0.1):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="depinsat-"))
        self.owns_node = False
        self.user = Station(PROGRAM, self.folder, "user")
        self.gateways = [Station(PROGRAM, self.folder, "gateway", f"gateway{i}") for i in range(len(node_ports))]
        named = "".join(f"""
[[gateway]]
key = "{gateway.key}"
operator = "{gateway.name}"
""" for gateway in self.gateways)
        self.user.write_config([gateway.key for gateway in self.gateways], delay_s, f"""{named}
[[bridge.ethereum]]
listen = "127.0.0.1:{self.user.port}"
agreement = {agreement}
timeout_ms = 8000
inclusion_s = 4
final_blocks = 3""")
        for gateway, port in zip(self.gateways, node_ports):
            gateway.write_config(self.user.key, delay_s, f"""
[[upstream]]
protocol = "ethereum"
url = "http://127.0.0.1:{port}"
timeout_ms = 3000""")
        self.stations = [self.user, *self.gateways]
        self.air = Air([station.endpoints for station in self.stations], delay_s, 1)
        self.start()


class ThreeGateways(Chain):
    OPTIONS = ("--no-mining",)

    def setUp(self):
        self.anvil = Anvil(*self.OPTIONS)
        self.addCleanup(self.anvil.close)
        self.liar = Liar(self.anvil.port)
        self.addCleanup(self.liar.close)
        # The liar's gateway is the preferred one.
        self.world = GatewaysWorld([self.liar.port, self.anvil.port, self.anvil.port], self.AGREEMENT)
        self.addCleanup(self.world.close)

    def wait_until_node_has(self, hash):
        end = time.monotonic() + 30
        while time.monotonic() < end and not self.anvil.call("eth_getTransactionByHash", hash):
            time.sleep(0.1)
        self.assertEqual(self.anvil.call("eth_getTransactionByHash", hash)["hash"], hash)


class TwoOfThree(ThreeGateways):
    AGREEMENT = 2

    def test_what_one_says_alone_is_not_passed_on(self):
        self.anvil.call("evm_mine")
        calls = [("eth_blockNumber",), ("eth_getTransactionCount", FROM, "latest"), ("eth_gasPrice",),
                 ("eth_getBlockByNumber", "latest", False), ("eth_getBalance", TO, "latest")]
        for lies in (False, True):
            self.liar.lies = lies
            for block in range(3):
                for call in calls:
                    self.assertEqual(self.world.call(*call)["result"], self.anvil.call(*call), (lies, call))
                self.anvil.call("evm_mine")
                self.wait_for_head()
        self.assertNotEqual(ask(self.liar.port, {"jsonrpc": "2.0", "id": 1, "method": "eth_gasPrice", "params": []})["result"],
                            self.anvil.call("eth_gasPrice"))

    def wait_for_head(self):
        wanted = self.anvil.call("eth_blockNumber")
        end = time.monotonic() + 15
        while time.monotonic() < end and self.world.call("eth_blockNumber").get("result") != wanted:
            time.sleep(0.1)
        self.assertEqual(self.world.call("eth_blockNumber")["result"], wanted)

    def test_a_transaction_gets_through_past_the_one_that_censors(self):
        self.assertEqual(self.world.call("eth_blockNumber")["result"], "0x0")
        self.liar.lies = True
        raw = self.signed(0)
        hash = self.world.call(RAW, raw)["result"]
        self.assertIsNone(self.world.call("eth_getTransactionReceipt", hash)["result"])
        self.wait_until_node_has(hash)
        self.anvil.call("evm_mine")
        self.wait_for_state(hash, "included")
        status = self.world.call("depinsat_transactionStatus", hash)["result"]
        self.assertTrue(status["verified"])
        self.assertGreater(status["gatewaysTried"], 1)
        self.assertEqual(self.liar.taken, [raw])
        self.assertEqual(self.world.call("eth_getTransactionReceipt", hash)["result"],
                         self.anvil.call("eth_getTransactionReceipt", hash))

    def test_where_nobody_agrees_nothing_is_said(self):
        for gateway in self.world.gateways[1:]:
            gateway.stop()
        end = time.monotonic() + 60
        while time.monotonic() < end and sum(p["up"] for p in self.world.user.status()["peers"]) > 1:
            time.sleep(0.2)
        self.assertEqual(self.world.call("eth_gasPrice")["error"]["code"], -32050)


class OneOfThree(ThreeGateways):
    """The preferred gateway is believed, and its word is marked."""

    AGREEMENT = 1

    def test_the_word_of_one_is_marked(self):
        hash = self.world.call(RAW, self.signed(0))["result"]
        self.anvil.call("evm_mine")
        self.wait_for_state(hash, "included")
        self.assertFalse(self.world.call("depinsat_transactionStatus", hash)["result"]["verified"])

    def test_a_censored_transaction_goes_to_another_gateway(self):
        self.liar.lies = True
        self.wait_until_node_has(self.world.call(RAW, self.signed(0))["result"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
