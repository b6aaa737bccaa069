#!/usr/bin/env python3
"""Writes docs/modcods.md, the table of MODCODs that are built, from lib/data/dvbs2/modcods.csv.

Usage: generate_modcods_document.py [--check]

With --check it writes nothing and fails if the document differs from the data.
"""
import csv
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA, DOCUMENT = ROOT / "lib/data/dvbs2/modcods.csv", ROOT / "docs/modcods.md"
HEAD = """# MODCODs

Every MODCOD of DVB-S2 (EN 302 307-1) is built, for transmission and reception, with and without pilots. The name is what
`waveform.modcod` of `station.toml` takes. Made by `tools/generate_modcods_document.py` from `lib/data/dvbs2/modcods.csv`.

- **data field**: bytes that a frame carries behind its BBHEADER.
- **efficiency**: data field bits per symbol, with PLHEADER; without pilots, with pilots.
- **ideal Es/N0**: quasi-error-free in white noise, as the standard gives it for normal frames (table 13); short frames are not
  tabulated there.

| name | frame | bits a symbol | data field, bytes | symbols, no pilots | symbols, pilots | efficiency, bit/symbol | ideal Es/N0, dB |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def line(row):
    name = row["name"].lower().replace(" ", "_").replace("/", "-")
    efficiency = "; ".join(f"{float(row[key]):.3f}" for key in ("spectral_efficiency_no_pilots", "spectral_efficiency_pilots"))
    cells = [f"`{name}`", row["frame"], row["bits_per_symbol"], str(int(row["k_bch"]) // 8 - 10),
             row["plframe_symbols_no_pilots"], row["plframe_symbols_pilots"], efficiency, row["ideal_esn0_db_qef"]]
    return "| " + " | ".join(cells) + " |\n"


def main():
    with open(DATA, newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["standard"] == "S2"]
    text = HEAD + "".join(map(line, rows))
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if DOCUMENT.read_text() == text else f"{DOCUMENT} is not what {DATA} gives: run {sys.argv[0]}")
    if sys.argv[1:]:
        sys.exit(__doc__)
    DOCUMENT.write_text(text)


if __name__ == "__main__":
    main()
