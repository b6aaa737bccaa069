#!/usr/bin/env python3
"""Makes the vectors of tests/vectors/beacon from a capture of a real validator client and a real beacon node (one
JSON object a line: time_s, connection, method, path, status, request, response): bodies.json, bodies of every kind,
and replay.jsonl, all that passed in the first 20 slots.

usage: make_beacon_vectors.py vc8.jsonl.gz > tests/vectors/beacon/bodies.json
       make_beacon_vectors.py --replay vc8.jsonl.gz > tests/vectors/beacon/replay.jsonl
"""
import gzip
import json
import re
import sys


def kind(path):
    return re.sub(r"\?.*", "", re.sub(r"/\d+$", "", re.sub(r"/\d+\?", "?", path)))


REPLAYED_S = 20 * 12
REPLAYED = ("time_s", "connection", "method", "path", "status", "request", "response")


def replay(lines):
    genesis = None
    for record in map(json.loads, lines):
        if record["path"] == "/eth/v1/beacon/genesis":
            genesis = int(json.loads(record["response"])["data"]["genesis_time"])
        if record["time_s"] < genesis + REPLAYED_S:
            print(json.dumps({name: record[name] for name in REPLAYED if name in record}, separators=(",", ":")))


def main():
    if sys.argv[1] == "--replay":
        with gzip.open(sys.argv[2], "rt") as lines:
            return replay(lines)
    chosen, counts = [], {}
    with gzip.open(sys.argv[1], "rt") as lines:
        for record in map(json.loads, lines):
            if record["method"] == "SSE" or record["status"] != "200":
                continue
            key = kind(record["path"])
            most = 3 if "duties/proposer" in key else 6 if "aggregate_attestation" in key else 2
            if "duties/proposer" in key and any(c["path"] == record["path"] for c in chosen):
                continue
            counts[key] = counts.get(key, 0) + 1
            if counts[key] <= most:
                chosen.append({name: record[name] for name in ("method", "path", "request", "response")})
    source = "Lodestar 1.5.1 validator client, 8 validators, and its beacon node; a devnet with 12 s slots"
    json.dump({"source": source, "made_by": "tools/make_beacon_vectors.py", "exchanges": chosen}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
