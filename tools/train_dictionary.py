#!/usr/bin/env python3
"""Trains a dictionary of zstd from captures, for the folder that [dictionaries] of station.toml names.

  tools/train_dictionary.py NAME VERSION CAPTURE.jsonl[.gz]... [--folder FOLDER] [--kb N]
  tools/train_dictionary.py NAME VERSION --bodies FILE...      [--folder FOLDER] [--kb N]

NAME says what traffic: json_rpc-SERVICE, json_rpc-solana or http-SERVICE. A capture of JSON-RPC has one exchange a line,
{"request": text, "response": text}; calls and results are trained as they go over the link (bridge/json_rpc/packed.h).
VERSION (1 to 65535) is higher than that of the last one: the newest that both ends have is used.
"""
import argparse
import gzip
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import cbor2

EVEN, ODD = 0xE0, 0xE1


def dense(value):
    """Hexadecimal texts in lower case as tagged bytes, as to_dense() of bridge/ethereum/packed_json.cc."""
    if isinstance(value, dict):
        return {key: dense(child) for key, child in value.items()}
    if isinstance(value, list):
        return [dense(child) for child in value]
    if not isinstance(value, str) or not re.fullmatch("0x[0-9a-f]{2,}", value):
        return value
    digits = value[2:]
    odd = len(digits) % 2
    return cbor2.CBORTag(ODD if odd else EVEN, bytes.fromhex("0" * odd + digits))


def samples_of(capture):
    opener = gzip.open if capture.suffix == ".gz" else open
    with opener(capture, "rt") as lines:
        for line in lines:
            exchange = json.loads(line)
            request, response = json.loads(exchange["request"]), json.loads(exchange["response"])
            yield cbor2.dumps(dense({key: request[key] for key in ("method", "params") if key in request}))
            yield cbor2.dumps(dense({key: response[key] for key in ("result", "error") if key in response}))


def train(samples, out, size):
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, sample in enumerate(samples):
            files.append(pathlib.Path(folder) / f"{number:06}")
            files[-1].write_bytes(sample)
        listing = pathlib.Path(folder) / "files"
        listing.write_text("".join(f"{file}\n" for file in files))
        made = subprocess.run(["zstd", "-q", "--train", "--filelist", listing, "--maxdict", str(size), "-o", out],
                              capture_output=True, text=True)
        if made.returncode:
            sys.exit(f"zstd makes no dictionary of {len(files)} samples: {made.stderr.strip()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("version", type=int)
    parser.add_argument("captures", nargs="*", type=pathlib.Path)
    parser.add_argument("--bodies", nargs="+", type=pathlib.Path, help="files, each a sample as it is")
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--kb", type=int, default=32, help="size of the dictionary in KiB, 1 to 256 (default 32)")
    arguments = parser.parse_args()
    if not re.fullmatch("[a-z0-9_-]{1,64}", arguments.name):
        parser.error("NAME is 1 to 64 of a-z, 0-9, - and _")
    if not 1 <= arguments.version <= 65535 or not 1 <= arguments.kb <= 256:
        parser.error("VERSION is 1 to 65535, --kb 1 to 256")
    if bool(arguments.captures) == bool(arguments.bodies):
        parser.error("give captures, or --bodies")
    samples = ([body.read_bytes() for body in arguments.bodies] if arguments.bodies else
               [sample for capture in arguments.captures for sample in samples_of(capture)])
    out = arguments.folder / f"{arguments.name}.{arguments.version}.dict"
    train(samples, out, arguments.kb << 10)
    print(f"{out}: {out.stat().st_size} bytes from {len(samples)} samples")


if __name__ == "__main__":
    main()
