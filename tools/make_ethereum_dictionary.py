#!/usr/bin/env python3
"""Makes bridge/ethereum/dictionary_1.bin, what both ends of the link know of Ethereum's JSON-RPC beforehand.

  tools/make_ethereum_dictionary.py CAPTURE.jsonl.gz [--check]

CAPTURE has one exchange a line, {"request": text, "response": text}. Calls and results are written as they go over the
link (bridge/ethereum/packed_json.h), hashes and other random bytes as zeros, what is most frequent last, where matches cost
least. A new dictionary is a new version: stations of both versions cannot read each other's texts.
"""
import argparse
import gzip
import json
import pathlib
import sys

import cbor2

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "bridge/ethereum/dictionary_1.bin"
EVEN, ODD = 0xE0, 0xE1
KEPT = {  # constants of every chain
    "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
    "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
    "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
}
MORE = [  # calls that the capture does not have
    {"method": "eth_getCode", "params": ["0x" + "00" * 20, "latest"]},
    {"method": "eth_getStorageAt", "params": ["0x" + "00" * 20, "0x0", "latest"]},
    {"method": "eth_getLogs", "params": [{"fromBlock": "0x1", "toBlock": "latest", "address": "0x" + "00" * 20,
                                          "topics": ["0x" + "00" * 32]}]},
    {"method": "eth_getTransactionByHash", "params": ["0x" + "00" * 32]},
    {"method": "eth_syncing", "params": []},
    {"method": "net_version", "params": []},
    {"method": "eth_gasPrice", "params": []},
    {"method": "eth_maxPriorityFeePerGas", "params": []},
    {"method": "eth_getBalance", "params": ["0x" + "00" * 20, "latest"]},
    {"method": "eth_call", "params": [{"to": "0x" + "00" * 20, "data": "0x70a08231" + "00" * 32}, "latest"]},
    {"method": "eth_call", "params": [{"from": "0x" + "00" * 20, "to": "0x" + "00" * 20, "input": "0xa9059cbb" + "00" * 64},
                                      "latest"]},
    {"error": {"code": -32000, "message": "insufficient funds for gas * price + value"}},
    {"error": {"code": -32000, "message": "nonce too low"}},
    {"error": {"code": -32003, "message": "replacement transaction underpriced"}},
    {"error": {"code": 3, "message": "execution reverted: ", "data": "0x08c379a0" + "00" * 32}},
    {"error": {"code": -32601, "message": "the method does not exist/is not available"}},
]


def dense(value):
    """As to_dense(): hexadecimal texts as tagged bytes; long ones that are not constants as zeros."""
    if isinstance(value, dict):
        return {key: dense(child) for key, child in value.items()}
    if isinstance(value, list):
        return [dense(child) for child in value]
    if not isinstance(value, str) or not value.startswith("0x") or len(value) < 4:
        return value
    digits = value[2:]
    try:
        data = bytes.fromhex(digits if len(digits) % 2 == 0 else "0" + digits)
    except ValueError:
        return value
    if len(data) >= 20 and value not in KEPT:
        data = bytes(len(data))
    return cbor2.CBORTag(ODD if len(digits) % 2 else EVEN, data)


def entries(capture):
    """Every kind of call and result once, the most frequent last."""
    counts = {}
    with gzip.open(capture, "rt") as lines:
        for line in lines:
            exchange = json.loads(line)
            request, response = json.loads(exchange["request"]), json.loads(exchange["response"])
            call = {key: request[key] for key in ("method", "params") if key in request}
            result = {key: response[key] for key in ("result", "error") if key in response}
            for value in (call, result):
                entry = cbor2.dumps(dense(value))
                counts[entry] = counts.get(entry, 0) + 1
    return [cbor2.dumps(dense(value)) for value in MORE] + sorted(counts, key=counts.get)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("capture")
    parser.add_argument("--check", action="store_true", help="compare with the file that is there instead of writing it")
    arguments = parser.parse_args()
    made = b"".join(entries(arguments.capture))
    if arguments.check:
        if OUT.read_bytes() != made:
            sys.exit(f"{OUT.relative_to(ROOT)} is not what this capture gives")
        return
    OUT.write_bytes(made)
    print(f"{OUT.relative_to(ROOT)}: {len(made)} bytes")


if __name__ == "__main__":
    main()
