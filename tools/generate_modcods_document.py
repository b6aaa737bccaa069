#!/usr/bin/env python3
"""Writes docs/modcods.md, the table of MODCODs that are built, from lib/data/dvbs2/modcods.csv
and docs/modcods_measured.csv.

Usage: generate_modcods_document.py [--check]

With --check it writes nothing and fails if the document differs from the data.
"""
import csv
import sys
from pathlib import Path

from dvbs2_tables import modcod_name

ROOT = Path(__file__).resolve().parents[1]
DATA, DOCUMENT = ROOT / "lib/data/dvbs2/modcods.csv", ROOT / "docs/modcods.md"
MEASURED = ROOT / "docs/modcods_measured.csv"
HEAD = """# MODCODs

Every MODCOD of DVB-S2 (EN 302 307-1), and of DVB-S2X (EN 302 307-2) every one but VL-SNR, is built, for transmission and
reception, with and without pilots. The name is what `waveform.modcod` of `station.toml` takes. Made by
`tools/generate_modcods_document.py` from `lib/data/dvbs2/modcods.csv` and `docs/modcods_measured.csv`.

- **data field**: bytes that a frame carries behind its BBHEADER.
- **efficiency**: data field bits per symbol, with PLHEADER; without pilots, with pilots.
- **ideal Es/N0**: quasi-error-free in white noise, as the standards give it for normal frames (tables 13 and 20a); short
  frames are not tabulated there.
- **reached**: Es/N0 at which the decoder lost at most 1 of 1000 frames, ideally synchronised, 50 iterations, in steps of
  0.1 dB: `depinsat-fer --modcod NAME --frame-size SIZE --esn0-db X --frames 1000`. Measured for S2X; S2 is in [fec.md](fec.md).
  The demapper is max-log and the decoder never asks it again, which costs most with 256APSK 2/3-L: 0.35 dB.

| name | frame | bits a symbol | data field, bytes | symbols, no pilots | symbols, pilots | efficiency, bit/symbol | ideal Es/N0, dB | reached, dB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def measured():
    """Es/N0 reached, by name and frame."""
    with open(MEASURED, newline="") as file:
        return {(row["name"], row["frame"]): row["esn0_db"] for row in csv.DictReader(file)}


def line(row, reached):
    name = modcod_name(row)
    efficiency = "; ".join(f"{float(row[key]):.3f}" for key in ("spectral_efficiency_no_pilots", "spectral_efficiency_pilots"))
    cells = [f"`{name}`", row["frame"], row["bits_per_symbol"], str(int(row["k_bch"]) // 8 - 10),
             row["plframe_symbols_no_pilots"], row["plframe_symbols_pilots"], efficiency, row["ideal_esn0_db_qef"],
             reached.get((name, row["frame"]), "")]
    return "| " + " | ".join(cells) + " |\n"


def main():
    with open(DATA, newline="") as file:
        rows = list(csv.DictReader(file))
    reached = measured()
    text = HEAD + "".join(line(row, reached) for row in rows)
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if DOCUMENT.read_text() == text else f"{DOCUMENT} is not what {DATA} gives: run {sys.argv[0]}")
    if sys.argv[1:]:
        sys.exit(__doc__)
    DOCUMENT.write_text(text)


if __name__ == "__main__":
    main()
