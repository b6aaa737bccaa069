#!/usr/bin/env python3
"""Writes docs/modcods.md, the table of MODCODs that are built, from lib/data/dvbs2/modcods.csv
and docs/modcods_measured.csv.

Usage: generate_modcods_document.py [--check]

With --check it writes nothing and fails if the document differs from the data.
"""
import csv
import json
import sys
from pathlib import Path

from dvbs2_tables import modcod_name, vlsnr_name

ROOT = Path(__file__).resolve().parents[1]
DATA, DOCUMENT = ROOT / "lib/data/dvbs2/modcods.csv", ROOT / "docs/modcods.md"
MEASURED = ROOT / "docs/modcods_measured.csv"
VLSNR_DATA, VLSNR_MEASURED = ROOT / "lib/data/dvbs2/vlsnr.json", ROOT / "docs/vlsnr_measured.csv"
HEAD = """# MODCODs

Every MODCOD of DVB-S2 (EN 302 307-1), and of DVB-S2X (EN 302 307-2), is built, for transmission and reception, with and
without pilots; [VL-SNR](#vl-snr) always has pilots, and a receiver of its own. The name is what `waveform.modcod` of `station.toml`, the
transmitter blocks and `depinsat-fer --modcod` take. Made by
`tools/generate_modcods_document.py` from `lib/data/dvbs2/` and from what was measured, `docs/*_measured.csv`.

- **data field**: bytes that a frame carries behind its BBHEADER.
- **efficiency**: data field bits per symbol, with PLHEADER; without pilots, with pilots.
- **ideal Es/N0**: quasi-error-free in white noise, as the standards give it for normal frames (tables 13 and 20a); short
  frames are not tabulated there.
- **reached**: Es/N0 at which the decoder lost at most 1 of 1000 frames, ideally synchronised, 50 iterations, in steps of
  0.1 dB: `depinsat-fer --modcod NAME --frame-size SIZE --esn0-db X --frames 1000`. Measured for S2X; S2 is in [fec.md](fec.md).
  The demapper is max-log and the decoder never asks it again, which costs most with 256APSK 2/3-L: 0.35 dB.
- **receiver**: dB above that at which the whole receiver, 50 iterations, lost none of 100 normal or 204 short frames, of the steps
  0.1, 0.2, 0.3, 0.5, 1 and 2 dB: with pilots; without. Roll-off 0.20, two samples a symbol, carrier 1.3 % of the symbol rate
  and clock 20 ppm off, frames from the fifth on.

Without pilots the frequency between two PLHEADERs is known up to whole turns, and the data tell which it is. Where a code holds at
so low an Es/N0 that they tell little (16APSK 7/15 and 8/15, 8PSK 7/15, short), a wrong turn costs some frames in a row until
it is noticed. Below -2 dB PLHEADERs are missed as well where the PLS code changes from frame to frame. With pilots neither happens
but for the last.

The demapper costs, in ns a symbol on one core with AVX-512: QPSK 1.3, 8PSK 3.5, 8APSK 2.4, 16APSK 2.4, 32APSK of S2 5.0 and
of S2X 3.1, 64APSK 4.6, 128APSK 7.2, 256APSK 13. From 16 points up those of S2X mirror each other in both axes, as 16APSK of S2
does: the metrics of a quarter of them are enough.

| name | frame | bits a symbol | data field, bytes | symbols, no pilots | symbols, pilots | efficiency, bit/symbol | ideal Es/N0, dB | reached, dB | receiver, dB above |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""
VLSNR = """
## VL-SNR

Frames for very low signal to noise ratios (EN 302 307-2, 5.5.2.5): nine forms, with PLHEADERs that nobody can read there, VL-SNR
headers of 900 symbols that can be found, and more pilots. The transmitters send them by name; a receiver set to VL-SNR (`waveform.vl_snr` of
`station.toml`, `vl_snr` of the blocks, implied in `depinsat-fer`) finds and decodes them, and no other frames: carrier within 0.44 % of the
symbol rate, clock within 100 ppm, 1.2 to 8 samples a symbol. All nine are received from gr-dtv's transmitter, too.

**received**: at the ideal Es/N0 + 0.4 dB, 12 runs of 40 frames each behind a start that is cut, carriers up to 0.42 % of the symbol rate and
clocks up to 90 ppm off, 50 iterations; headers found, and frames decoded. No frame was wrong. Searching for a header costs some 0.5 us a symbol on one
core. `dvbs2_vlsnr_slow_test` holds it to 99 %.

| name | frame | data field, bytes | symbols | ideal Es/N0, dB | received at, dB | headers found | frames decoded |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def vlsnr_rows():
    with open(VLSNR_DATA) as file:
        data = json.load(file)
    with open(VLSNR_MEASURED, newline="") as file:
        found = {(row["name"], row["frame"]): row for row in csv.DictReader(file)}
    for row in data["fec"]:
        name = vlsnr_name(row["name"])
        yield name, row, data["sets"][str(row["set"])]["plframe_symbols"], found[name, row["frame"]]


def vlsnr_line(entry):
    name, row, symbols, found = entry
    cells = [f"`{name}`", row["frame"], str((row["k_bch"] - 80) // 8), str(symbols), str(row["ideal_esn0_db"]), found["esn0_db"],
             f'{found["headers"]} of {found["frames"]}', f'{found["decoded"]} of {found["frames"]}']
    return "| " + " | ".join(cells) + " |\n"


def measured():
    """What was measured, by name and frame: cells of the table."""
    with open(MEASURED, newline="") as file:
        return {
            (row["name"], row["frame"]): [
                row["esn0_db"], row["receiver_pilots_db"] + "; " + row["receiver_no_pilots_db"]
            ]
            for row in csv.DictReader(file)
        }


def line(row, reached):
    name = modcod_name(row)
    efficiency = "; ".join(f"{float(row[key]):.3f}" for key in ("spectral_efficiency_no_pilots", "spectral_efficiency_pilots"))
    cells = [f"`{name}`", row["frame"], row["bits_per_symbol"], str(int(row["k_bch"]) // 8 - 10),
             row["plframe_symbols_no_pilots"], row["plframe_symbols_pilots"], efficiency, row["ideal_esn0_db_qef"],
             *reached.get((name, row["frame"]), ["", ""])]
    return "| " + " | ".join(cells) + " |\n"


def main():
    with open(DATA, newline="") as file:
        rows = list(csv.DictReader(file))
    reached = measured()
    text = HEAD + "".join(line(row, reached) for row in rows) + VLSNR + "".join(map(vlsnr_line, vlsnr_rows()))
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if DOCUMENT.read_text() == text else f"{DOCUMENT} is not what {DATA} gives: run {sys.argv[0]}")
    if sys.argv[1:]:
        sys.exit(__doc__)
    DOCUMENT.write_text(text)


if __name__ == "__main__":
    main()
