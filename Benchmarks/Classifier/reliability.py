#!/usr/bin/env python3
"""Draws a reliability diagram of classifiers on simulated nights, and prints what they find.

Usage: reliability.py OUT.svg SCORES.csv TRUTH.csv [SCORES.csv TRUTH.csv ...]

SCORES is what classifier-benchmark writes, TRUTH what `nightjar simulate --truth` does. Alerts with five detections count. A point
is the share of supernovae, all of type Ia, among the alerts whose score lies in a tenth, with its interval of 68 % (Wilson 1927).
"""
import collections
import csv
import math
import sys

LEAST_DETECTIONS = 5
LEAST_ALERTS = 20  # of a point
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"]
SIDE, LEFT, TOP = 400, 60, 20


def read(scores, truth):
    """By classifier, pairs of a score and whether the alert is a supernova."""
    with open(truth, newline="") as file:
        rows = {row.get("candid") or row.get("diaSourceId"): row for row in csv.DictReader(file)}
    pairs = collections.defaultdict(list)
    with open(scores, newline="") as file:
        for row in csv.DictReader(file):
            alert = rows[row["id"]]
            if int(alert["detections"]) >= LEAST_DETECTIONS:
                pairs[row["classifier"]].append((float(row["score"]), alert["class"] == "supernova"))
    return pairs


def interval(hits, count):
    share, z = hits / count, 1.0
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return middle - half, middle + half


def points(pairs):
    """Mean score, share of supernovae and its interval, for each tenth with enough alerts."""
    tenths = collections.defaultdict(list)
    for score, is_supernova in pairs:
        tenths[min(int(score * 10), 9)].append((score, is_supernova))
    for _, inside in sorted(tenths.items()):
        if len(inside) >= LEAST_ALERTS:
            hits = sum(hit for _, hit in inside)
            yield sum(score for score, _ in inside) / len(inside), hits / len(inside), *interval(hits, len(inside))


def place(score, share):
    return f"{LEFT + score * SIDE:.1f}", f"{TOP + (1 - share) * SIDE:.1f}"


def curve(pairs, colour, name, number):
    found = list(points(pairs))
    parts = ['<polyline fill="none" stroke="%s" stroke-width="1.5" points="%s"/>' % (
        colour, " ".join(",".join(place(score, share)) for score, share, _, _ in found))]
    for score, share, low, high in found:
        (x, y), (_, y1), (_, y2) = place(score, share), place(score, low), place(score, high)
        parts.append(f'<path stroke="{colour}" d="M{x} {y1}V{y2}"/><circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>')
    y = TOP + 20 + 18 * number
    parts.append(f'<circle cx="{LEFT + 14}" cy="{y - 4}" r="4" fill="{colour}"/><text x="{LEFT + 24}" y="{y}">{name}</text>')
    return "\n".join(parts)


def axes():
    parts = [f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#555"/>',
             f'<path stroke="#999" stroke-dasharray="4 4" d="M{LEFT} {TOP + SIDE}L{LEFT + SIDE} {TOP}"/>']
    for tick in range(0, 11, 2):
        (x, _), (_, y) = place(tick / 10, 0), place(0, tick / 10)
        parts.append(f'<text x="{x}" y="{TOP + SIDE + 18}" text-anchor="middle">{tick / 10}</text>'
                     f'<text x="{LEFT - 8}" y="{float(y) + 4}" text-anchor="end">{tick / 10}</text>')
    parts.append(f'<text x="{LEFT + SIDE / 2}" y="{TOP + SIDE + 38}" text-anchor="middle">score</text>'
                 f'<text transform="translate(18 {TOP + SIDE / 2}) rotate(-90)" text-anchor="middle">'
                 "share of supernovae</text>")
    return "\n".join(parts)


def main():
    out, files = sys.argv[1], sys.argv[2:]
    pairs = {}
    for scores, truth in zip(files[::2], files[1::2]):
        pairs.update(read(scores, truth))
    print("| classifier | alerts | supernovae | found above 0.5 | purity | found above 0.8 | purity |")
    print("|---|---|---|---|---|---|---|")
    for name, own in pairs.items():
        cells = [name, f"{len(own):,}", f"{sum(hit for _, hit in own):,}"]
        for cut in (0.5, 0.8):
            above = [hit for score, hit in own if score > cut]
            cells += [f"{100 * sum(above) / max(1, sum(hit for _, hit in own)):.0f} %",
                      f"{100 * sum(above) / len(above):.0f} %" if above else "-"]
        print("| " + " | ".join(cells) + " |")
    curves = [curve(own, COLOURS[number % 4], name, number) for number, (name, own) in enumerate(pairs.items())]
    width, height = LEFT + SIDE + 20, TOP + SIDE + 50
    with open(out, "w") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" '
                   f'font-size="12">\n<rect width="{width}" height="{height}" fill="white"/>\n{axes()}\n'
                   + "\n".join(curves) + "\n</svg>\n")


if __name__ == "__main__":
    main()
