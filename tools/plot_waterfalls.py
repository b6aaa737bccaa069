#!/usr/bin/env python3
"""Plots frame error rates from lines that depinsat-fer printed.

Usage: plot_waterfalls.py [--x esn0_db|ebn0_db] [--only REGEX] OUTPUT.svg JSON_LINES_FILE...

One curve for each code or MODCOD, modulation, number of iterations and LLR scale; lines of the same
point are added. A point without errors is drawn hollow where one error would be.
tools/measure_waterfalls.py makes such files.
"""
import argparse
import collections
import json
import re
import sys

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams["svg.fonttype"] = "none"  # text stays text: a tenth of the size
matplotlib.rcParams["svg.hashsalt"] = "depinsat"  # equal input, equal file
import matplotlib.pyplot as plt


def name_of(row):
    if "modcod" in row:
        name = f"{row['modcod']} {row['frame_size']}"
    else:
        name = row["code"] + ("" if row["constellation"] == "QPSK" else " " + row["constellation"])
    if row["llr_scale_db"]:
        name += f", LLRs {row['llr_scale_db']:+g} dB"
    return name, row["iterations"]


def read(paths, x, only):
    curves = collections.defaultdict(lambda: collections.defaultdict(lambda: [0, 0]))
    for path in paths:
        with open(path) as file:
            for number, line in enumerate(file, 1):
                try:
                    row = json.loads(line)
                    name = name_of(row)
                    if only.search(name[0]):
                        point = curves[name][round(row[x], 3)]
                        point[0] += row["frames"]
                        point[1] += row["frame_errors"]
                except (ValueError, KeyError, TypeError) as error:
                    sys.exit(f"{path}:{number}: not a line of depinsat-fer: {error!r}")
    return curves



def plot(curves, axes):
    styles = [(marker, line) for line in ("-", "--", ":") for marker in "os^D"]
    iterations = {most for _, most in curves if most}
    ordered = sorted(curves.items(), key=lambda item: min(item[1]))
    for number, ((name, most), points) in enumerate(ordered):
        points = sorted((db, *counts) for db, counts in points.items() if counts[0])
        lost = [(db, errors / frames) for db, frames, errors in points if errors]
        marker, style = styles[number // 10 % len(styles)]
        label = name + (f", {most} iterations" if most and len(iterations) > 1 else "")
        line, = axes.semilogy([db for db, _ in lost], [rate for _, rate in lost], marker=marker, linestyle=style,
                              markersize=4, linewidth=1, label=label)
        none = [(db, 1 / frames) for db, frames, errors in points if not errors]
        axes.semilogy([db for db, _ in none], [rate for _, rate in none], linestyle="", marker="v",
                      markersize=4, markerfacecolor="none", color=line.get_color())
    if len(iterations) == 1:
        axes.set_title(f"at most {iterations.pop()} iterations", fontsize="small")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--x", choices=("esn0_db", "ebn0_db"), default="esn0_db", help="default esn0_db")
    parser.add_argument("--only", type=re.compile, default=re.compile(""), help="curves whose name has this in it")
    parser.add_argument("output")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    curves = read(arguments.files, arguments.x, arguments.only)
    if not curves:
        sys.exit("no such curve")
    figure, axes = plt.subplots(figsize=(11, 6))
    plot(curves, axes)
    axes.set_xlabel({"esn0_db": "Es/N0 [dB]", "ebn0_db": "Eb/N0 [dB]"}[arguments.x])
    axes.set_ylabel("frame error rate")
    axes.set_ylim(5e-5, 1.2)
    axes.grid(which="both", alpha=0.3)
    axes.legend(fontsize="x-small", loc="center left", bbox_to_anchor=(1, 0.5), ncols=1 + len(curves) // 36)
    figure.savefig(arguments.output, bbox_inches="tight", metadata={"Date": None})


if __name__ == "__main__":
    main()
