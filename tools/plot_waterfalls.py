#!/usr/bin/env python3
"""Plots frame error rates from lines that depinsat-fer printed.

Usage: plot_waterfalls.py OUTPUT.svg JSON_LINES_FILE...

One curve for each code, constellation, number of iterations and LLR scale; a point without errors
is drawn hollow where one error would be.
"""
import collections
import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def read(paths):
    curves = collections.defaultdict(dict)
    for path in paths:
        with open(path) as file:
            for number, line in enumerate(file, 1):
                try:
                    row = json.loads(line)
                    name = f"{row['constellation']} {row['code']}, {row['iterations']} iterations"
                    if row["llr_scale_db"]:
                        name += f", LLRs {row['llr_scale_db']:+g} dB"
                    old_frames, old_errors = curves[name].get(row["esn0_db"], (0, 0))
                    curves[name][row["esn0_db"]] = (old_frames + row["frames"], old_errors + row["frame_errors"])
                except (ValueError, KeyError, TypeError) as error:
                    sys.exit(f"{path}:{number}: not a line of depinsat-fer: {error!r}")
    return curves


def plot(curves, axes):
    for name, points in sorted(curves.items()):
        points = sorted((db, *counts) for db, counts in points.items() if counts[0])
        lost = [(db, errors / frames) for db, frames, errors in points if errors]
        line, = axes.semilogy([db for db, _ in lost], [rate for _, rate in lost], marker="o", label=name)
        none = [(db, 1 / frames) for db, frames, errors in points if not errors]
        axes.semilogy([db for db, _ in none], [rate for _, rate in none], linestyle="", marker="v",
                      markerfacecolor="none", color=line.get_color())
    axes.set_xlabel("Es/N0 [dB]")
    axes.set_ylabel("frame error rate, LDPC and BCH")
    axes.grid(which="both", alpha=0.3)
    axes.legend(fontsize="x-small", ncols=2)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    output, *paths = sys.argv[1:]
    figure, axes = plt.subplots(figsize=(12, 7))
    plot(read(paths), axes)
    figure.savefig(output, bbox_inches="tight")


if __name__ == "__main__":
    main()
