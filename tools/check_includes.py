#!/usr/bin/env python3
"""Checks that includes go one way: each room includes only the rooms that docs/architecture.md allows.

Exits 1 and prints file and line of every include that does not.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

LIB = {
    "core": [],
    "modulation": ["core"],
    "sync": ["core", "modulation"],
    "fec": ["core"],
    "framing": ["core"],
    "channel": ["core"],
    "waveform": ["core", "modulation", "sync", "fec", "framing", "channel"],
    "link": ["core", "fec", "framing"],
}
ALLOWED = LIB | {
    "threads": ["core"],
    "ports": ["core", "framing"],
    "config": ["core", "modulation", "framing", "ports"],
    "space": ["core", "channel", "config", "ports"],
    "fer": ["core", "modulation", "fec", "framing", "channel", "waveform"],
    "journal": ["link"],
    "linksim": ["core", "link", "journal"],
    "bridge": ["core", "framing", "link", "config", "ports", "journal"],
    "gr-depinsat": [room for room in LIB if room != "link"] + ["threads", "ports"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s+["<](?:depinsat/)?([\w-]+)/')


def folder(room):
    return [ROOT / "lib/include/depinsat" / room, ROOT / "lib/src" / room] if room in LIB else [ROOT / room]


def violations(room):
    for path in sorted(p for base in folder(room) for p in base.rglob("*") if p.suffix in (".h", ".cc")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if match and match[1] in ALLOWED and match[1] not in [room, *ALLOWED[room]]:
                yield f"{path.relative_to(ROOT)}:{number}: {room}/ may not include {match[1]}/"


def main():
    found = [line for room in ALLOWED for line in violations(room)]
    print("\n".join(found) or "includes go one way")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
