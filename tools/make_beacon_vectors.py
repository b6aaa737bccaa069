#!/usr/bin/env python3
"""Makes tests/vectors/beacon/bodies.json: bodies of every kind that a real validator client and a real beacon
node exchanged, from a capture of theirs (one JSON object a line: method, path, request, response).

usage: make_beacon_vectors.py vc8.jsonl.gz > tests/vectors/beacon/bodies.json
"""
import gzip
import json
import re
import sys


def kind(path):
    return re.sub(r"\?.*", "", re.sub(r"/\d+$", "", re.sub(r"/\d+\?", "?", path)))


def main():
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
