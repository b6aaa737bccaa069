#!/usr/bin/env python3
"""A validator client of the tests' own through two depinsatd to a beacon node of the tests' own.

Environment: DEPINSATD, the program.
"""
import json
import math
import time
import unittest

from beacon_node import root_of
from beacon_world import SIGNATURE, Events, World

ENTRIES_OF_PIECE = 8  # long lists travel in pieces


class Duties(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.close)
        cls.world.wait_for(200)
        cls.events = Events(cls.world)

    def attestation(self, data, number=0):
        return {"committee_index": "5", "attester_index": str(1000 + number), "data": data, "signature": SIGNATURE}

    def data_of_next_head(self):
        slot = self.events.next_head()["slot"]
        return self.world.get(f"/eth/v1/validator/attestation_data?slot={slot}&committee_index=5")["data"]

    def test_genesis_and_spec_are_those_of_the_node_and_asked_for_once(self):
        for path in ("/eth/v1/beacon/genesis", "/eth/v1/config/spec", "/eth/v1/node/version"):
            for _ in range(3):
                self.assertEqual(self.world.get(path), self.world.node.get(path)[1])
            asked = sum(target == path for _, target in self.world.node.gets)
            self.assertLessEqual(asked, 2)  # once more by the gateway itself

    def test_heads_arrive_and_their_data_is_answered_here(self):
        head = self.events.next_head()
        self.assertEqual(head["block"], root_of("block", head["slot"]))
        slot = int(head["slot"])
        path = f"/eth/v1/validator/attestation_data?slot={slot}&committee_index=5"
        data = self.world.get(path)["data"]
        self.assertEqual(data, self.world.node.attestation_data(slot))
        self.assertNotIn(path, [target for _, target in self.world.node.gets])
        self.assertEqual(self.world.get("/eth/v1/beacon/blocks/head/root")["data"]["root"], head["block"])

    def test_attestations_arrive_as_they_were_posted(self):
        attestations = [self.attestation(self.data_of_next_head(), number) for number in range(3)]
        before = self.world.node.count_posts("v2/beacon/pool/attestations")
        status, _, _ = self.world.post("/eth/v2/beacon/pool/attestations", attestations, Eth_Consensus_Version="electra")
        self.assertEqual(status, 200)
        _, _, headers, body = self.world.node.posted("v2/beacon/pool/attestations", before + 1)[-1]
        self.assertEqual(json.loads(body), attestations)
        self.assertEqual(headers["Eth-Consensus-Version"], "electra")

    def test_ssz_arrives_as_ssz(self):
        data = self.data_of_next_head()
        number = lambda value: int(value).to_bytes(8, "little")
        root = lambda text: bytes.fromhex(text[2:])
        ssz = (number(5) + number(77) + number(data["slot"]) + number(data["index"]) + root(data["beacon_block_root"]) +
               b"".join(number(data[c]["epoch"]) + root(data[c]["root"]) for c in ("source", "target")) + bytes(96))
        self.assertEqual(len(ssz), 240)
        before = self.world.node.count_posts("v2/beacon/pool/attestations")
        status, _, _ = self.world.request("POST", "/eth/v2/beacon/pool/attestations", ssz, {
            "Content-Type": "application/octet-stream", "Eth-Consensus-Version": "electra"})
        self.assertEqual(status, 200)
        _, _, headers, body = self.world.node.posted("v2/beacon/pool/attestations", before + 1)[-1]
        self.assertEqual((headers["Content-Type"], body), ("application/octet-stream", ssz))

    def test_every_post_of_the_capture_arrives_as_it_was_posted(self):
        for exchange in self.world.node.exchanges:
            if exchange["method"] != "POST":
                continue
            before, posted = self.world.node.count_posts(exchange["path"]), json.loads(exchange["request"])
            pieces = math.ceil(len(posted) / ENTRIES_OF_PIECE) or 1
            status, _, _ = self.world.request("POST", exchange["path"], exchange["request"],
                                              {"Content-Type": "application/json"})
            self.assertEqual(status, 200, exchange["path"])
            if "duties/" not in exchange["path"]:
                # The client is answered when the gateway has it; the node has it a moment later.
                posts = self.world.node.posted(exchange["path"], before + pieces)[before:]
                bodies = [json.loads(body) for _, _, _, body in posts]
                self.assertEqual(len(bodies), pieces)
                if isinstance(posted, dict):
                    self.assertEqual(bodies[0], posted)
                else:  # of several pieces any may come first
                    self.assertCountEqual(sum(bodies, []), posted)

    def test_a_block_comes_and_goes_back_signed(self):
        block = self.world.get("/eth/v2/validator/blocks/15?randao_reveal=0x00")
        self.assertEqual(block, self.world.node.body_of("validator/blocks"))
        signed = {"message": block["data"], "signature": SIGNATURE}
        before = self.world.user.status()["link"]["packet_bytes_sent"]
        self.assertEqual(self.world.post("/eth/v1/beacon/blocks", signed)[0], 200)
        self.assertEqual(json.loads(self.world.node.posted("/eth/v1/beacon/blocks")[-1][3]), signed)
        self.assertLess(self.world.user.status()["link"]["packet_bytes_sent"] - before, 2000)  # of 7,275

    def check_block_goes_back(self, path, signed, content_type):
        """Posts it, and compares what the node gets; a block that came over the link goes back as its hash."""
        before = self.world.node.count_posts(path)
        bytes_before = self.world.user.status()["link"]["packet_bytes_sent"]
        status, _, _ = self.world.request("POST", path, signed, {
            "Content-Type": content_type, "Eth-Consensus-Version": "electra"})
        self.assertEqual(status, 200)
        _, _, headers, body = self.world.node.posted(path, before + 1)[-1]
        self.assertEqual((body, headers["Content-Type"], headers["Eth-Consensus-Version"]),
                         (signed, content_type, "electra"))
        self.assertLess(self.world.user.status()["link"]["packet_bytes_sent"] - bytes_before, 2000)

    def test_blocks_of_today_whole_and_blinded_come_and_go_back_as_json_and_as_ssz(self):
        self.addCleanup(setattr, self.world.node, "blinded", False)
        for blinded, path in ((False, "/eth/v2/beacon/blocks"), (True, "/eth/v2/beacon/blinded_blocks")):
            self.world.node.blinded = blinded
            for accept in ("application/json", "application/octet-stream;q=1.0,application/json;q=0.9"):
                status, headers, body = self.world.request(
                    "GET", "/eth/v3/validator/blocks/16?randao_reveal=0x00", headers={"Accept": accept})
                self.assertEqual(status, 200)
                self.assertEqual([headers[name] for name in (
                    "Eth-Consensus-Version", "Eth-Execution-Payload-Blinded", "Eth-Execution-Payload-Value",
                    "Eth-Consensus-Block-Value")], ["electra", str(blinded).lower(), "12345678901234567890", "42"])
                content_type = headers["Content-Type"]
                self.assertEqual(content_type, accept.partition(";")[0])
                if content_type == "application/json":
                    value = json.loads(body)
                    self.assertEqual(value["execution_payload_blinded"], blinded)
                    signed = json.dumps({"message": value["data"], "signature": SIGNATURE}, separators=(",", ":")).encode()
                else:
                    self.assertEqual(body, self.world.node.ssz_block)
                    signed = (100).to_bytes(4, "little") + bytes.fromhex(SIGNATURE[2:]) + body
                self.check_block_goes_back(path, signed, content_type)

    def test_registrations_of_validators_arrive_as_json_and_as_ssz(self):
        path = "/eth/v1/validator/register_validator"
        entry = {"message": {"fee_recipient": "0x" + "bb" * 20, "gas_limit": "30000000", "timestamp": "1700000000",
                             "pubkey": "0x" + "93" * 48}, "signature": SIGNATURE}
        for body, content_type in ((json.dumps([entry] * 3, separators=(",", ":")).encode(), "application/json"),
                                   (bytes(range(180)) * 2, "application/octet-stream")):
            before = self.world.node.count_posts(path)
            self.assertEqual(self.world.request("POST", path, body, {"Content-Type": content_type})[0], 200)
            _, _, headers, posted = self.world.node.posted(path, before + 1)[-1]
            self.assertEqual((posted, headers["Content-Type"]), (body, content_type))

    def test_what_the_node_refuses_is_an_error_with_its_reasons(self):
        path = "/eth/v1/beacon/pool/sync_committees"
        why = {"code": 400, "message": "bad", "failures": [{"index": 0, "message": "no"}]}
        self.world.node.refuse[path] = (400, json.dumps(why).encode())
        self.addCleanup(self.world.node.refuse.pop, path)
        message = {"slot": "1", "beacon_block_root": root_of("block", 1), "validator_index": "1", "signature": SIGNATURE}
        status, _, body = self.world.post(path, [message])
        self.assertEqual((status, json.loads(body)), (400, why))

    def test_polls_of_duties_are_answered_here(self):
        path = f"/eth/v1/validator/duties/proposer/{int(self.events.next_head()['slot']) // 32}"
        for _ in range(20):
            self.assertEqual(len(self.world.get(path)["data"]), 32)
        self.assertLessEqual(sum(target == path for _, target in self.world.node.gets), 2)  # an epoch may begin

    def test_strange_requests_are_refused(self):
        for method, path, headers, status in (
                ("GET", "/metrics", {}, 404), ("GET", "/eth/../etc", {}, 404), ("PUT", "/eth/v1/node/health", {}, 405),
                ("GET", "/eth/v1/events?topics=attestation", {}, 400), ("GET", "/eth/v1/events", {}, 400),
                ("GET", "/eth/v1/node/health", {"Origin": "http://evil.example"}, 403),
                ("GET", "/eth/v1/node/health", {"Host": "evil.example"}, 403),
                ("GET", "/eth/v1/validator/attestation_data?slot=x", {}, 400)):
            self.assertEqual(self.world.request(method, path, None, headers)[0], status, path)


class Failures(unittest.TestCase):
    def test_health_and_syncing_tell_of_node_and_link(self):
        world = World()
        self.addCleanup(world.close)
        world.wait_for(200)
        world.node.syncing = True
        world.wait_for(206)
        self.assertTrue(world.get("/eth/v1/node/syncing")["data"]["is_syncing"])
        world.node.syncing = False
        world.wait_for(200)
        world.air.silent = True
        world.wait_for(503)
        started = time.monotonic()
        self.assertEqual(world.request("GET", "/eth/v1/node/syncing")[0], 503)
        self.assertEqual(world.post("/eth/v2/beacon/pool/attestations", [])[0], 503)
        self.assertLess(time.monotonic() - started, 5)  # at once, on a machine that has other work too
        world.air.silent = False
        world.wait_for(200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
