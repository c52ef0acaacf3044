"""Compares the history tables of a data folder with the alerts of its archive, as fastavro reads them.

    history_points.py DATA

Each point that an archived alert tells of must have its row, each row must be a point of the alert that it names, with that
alert's values, and nothing else may be there. Prints "compared N points" or what differs.
"""
import glob, math, sqlite3, sys
import fastavro

SECOND = 1 / 86_400


class Points:
    """What all alerts tell: for each point its key, and for each alert that tells of it time and brightness."""

    def __init__(self):
        self.rows = {}
        self.limits = {}

    def add(self, key, alert, *values):
        self.rows.setdefault(key, {}).setdefault(alert, []).append(values)


def records(data, survey):
    for path in sorted(glob.glob(f"{data}/archive/{survey}/*/*.avro")):
        with open(path, "rb") as file:
            yield from fastavro.reader(file)


def items(record, name):
    """A history; two packets of Fink's have theirs as text."""
    return [row for row in record.get(name) or [] if isinstance(row, dict)]


def ztf(data):
    detections, limits, forced = Points(), Points(), Points()
    times = {}
    for record in records(data, "ztf"):
        name, own = record.get("objectId"), record["candidate"]
        alert = record.get("candid", own["candid"])
        times[alert] = own["jd"]
        if name is None:
            continue
        detections.add((name, own["pid"], alert), alert, own["jd"], own["magpsf"])
        for row in items(record, "prv_candidates"):
            if "forcediffimflux" in row:
                forced.add((name, row["jd"], row["fid"]), alert, row["jd"], row["forcediffimflux"])
            elif row["magpsf"] is not None:
                detections.add((name, row["pid"], row["candid"]), alert, row["jd"], row["magpsf"])
            else:
                limits.add((name, row["pid"], 0), alert, row["jd"], None)
        for row in items(record, "fp_hists"):
            forced.add((name, row["jd"], row["fid"]), alert, row["jd"], row["forcediffimflux"])
    exposures = {key[:2] for key in detections.rows}
    for key, tellers in limits.rows.items():
        if key[:2] not in exposures:
            detections.rows[key] = tellers
    return times, [
        ("ztf_detections", "objectId, pid, candid", "jd, magpsf", detections),
        ("ztf_forced", "objectId, jd, fid", "jd, forcediffimflux", forced)]


def lsst(data):
    detections, forced, limits = Points(), Points(), Points()
    times = {}
    for record in records(data, "lsst"):
        own, moving = record["diaSource"], record.get("ssSource") or {}
        alert = record.get("diaSourceId") or own["diaSourceId"]
        name = own.get("diaObjectId") or own.get("ssObjectId") or moving.get("ssObjectId")
        times[alert] = own["midpointMjdTai"]
        if not name:
            continue
        detections.add((name, alert), alert, own["midpointMjdTai"], own["psfFlux"])
        for row in items(record, "prvDiaSources"):
            detections.add((name, row["diaSourceId"]), alert, row["midpointMjdTai"], row["psfFlux"])
        for list_name, points, value in (
                ("prvDiaForcedSources", forced, "psfFlux"), ("prvDiaNondetectionLimits", limits, "diaNoise")):
            for row in items(record, list_name):
                points.add((name, row["midpointMjdTai"], row["band"] or ""), alert, row["midpointMjdTai"], row[value])
    place = "objectId, midpointMjdTai, band"
    return times, [
        ("lsst_detections", "objectId, diaSourceId", "midpointMjdTai, psfFlux", detections),
        ("lsst_forced", place, "midpointMjdTai, psfFlux", forced),
        ("lsst_limits", place, "midpointMjdTai, diaNoise", limits)]


def main(data):
    database = sqlite3.connect(f"file:{data}/nightjar.db?mode=ro", uri=True)
    compared, faults = 0, []
    for survey, read, alert_id in (("ztf", ztf, "candid"), ("lsst", lsst, "diaSourceId")):
        times, tables = read(data)
        for table, key, values, points in tables:
            width = len(key.split(","))
            found = {}
            for row in database.execute(f"SELECT {key}, {values}, alert_{alert_id}, after_alert FROM {table}"):
                found[row[:width]] = row[width:]
            for missing in (points.rows.keys() - found.keys()):
                faults.append(f"{table} lacks {missing}")
            for extra in found.keys() - points.rows.keys():
                faults.append(f"{table} has {extra}")
            for name in found.keys() & points.rows.keys():
                *values_found, teller, after = found[name]
                told = points.rows[name].get(teller)
                # A NaN is null in SQLite.
                told = told and [tuple(None if v is not None and math.isnan(v) else v for v in row) for row in told]
                if not told or tuple(values_found) not in told:
                    faults.append(f"{table} {name}: {values_found} is not what {teller} told, {told}")
                elif after != int(values_found[0] > times[teller] + SECOND):
                    faults.append(f"{table} {name}: after_alert is {after}")
                compared += 1
    print("\n".join(faults[:20]) if faults else f"compared {compared} points")


main(sys.argv[1])
