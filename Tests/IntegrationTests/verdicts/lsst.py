"""The verdicts of LSST's extragalactic transient filter without a catalogue, by fastavro and Python, from its definition in
docs/filter.md: lsst.py PACKETS SCHEMAS prints the lines of public.csv. SCHEMAS is what scripts/fetch-schemas fills."""
import io
import math
import pathlib
import sys
import tarfile

import fastavro

INJECTED = ["pixelFlags_injected", "pixelFlags_injectedCenter", "pixelFlags_injected_template",
            "pixelFlags_injected_templateCenter"]
UNSOUND = ["isDipole", "pixelFlags", "pixelFlags_bad", "pixelFlags_saturated", "pixelFlags_interpolated", "pixelFlags_cr",
           "pixelFlags_nodata", "pixelFlags_edge", "pixelFlags_streak", "pixelFlags_streakCenter", "glint_trail",
           "psfFlux_flag", "apFlux_flag", "centroid_flag", "shape_flag", "forced_PsfFlux_flag", "forced_PsfFlux_flag_edge"]
MARKS = ["psfFlux_flag", "pixelFlags_bad", "pixelFlags_nodataCenter", "pixelFlags_edge", "pixelFlags_offimage",
         "pixelFlags_saturatedCenter", "pixelFlags_crCenter", "pixelFlags_suspectCenter", *INJECTED,
         "pixelFlags_streakCenter", "glint_trail", "isDipole"]


def packets(folder, schemas):
    """The records of all Avro containers and Confluent frames."""
    def read(data):
        if data[:1] == b"\0":
            major, minor = divmod(int.from_bytes(data[1:5], "big"), 100)
            name = schemas / "lsst" / str(major) / str(minor) / f"lsst.v{major}_{minor}.alert.avsc"
            if name.exists():
                yield fastavro.schemaless_reader(io.BytesIO(data[5:]), fastavro.schema.load_schema(name), None)
            return
        try:
            yield from fastavro.reader(io.BytesIO(data))
        except ValueError:  # no container
            return
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".avro":
            yield from read(path.read_bytes())
        elif path.name.endswith(".tar.gz"):
            with tarfile.open(path) as tar:
                for member in tar:
                    if member.name.endswith(".avro"):
                        yield from read(tar.extractfile(member).read())


def number(record, name):
    value = (record or {}).get(name)
    return None if value is None or isinstance(value, float) and math.isnan(value) else value


def is_positive(source):
    negative = number(source, "isNegative")
    negative = number(source, "is_negative") if negative is None else negative
    flux = number(source, "psfFlux")
    if negative is None and flux is None:
        return False
    return not negative and not (flux is not None and flux <= 0)


def below(value, bound):
    return value is not None and value < bound


def verdict(alert):
    source, body, linked = alert["diaSource"], alert.get("diaObject"), alert.get("ssSource")
    flux, error = number(source, "psfFlux"), number(source, "psfFluxErr")
    sound = (is_positive(source) and not (number(source, "timeWithdrawnMjdTai") or 0) > 0
             and not any(number(source, name) for name in INJECTED + UNSOUND)
             and not (flux is not None and error and flux / error < 6) and not below(number(source, "reliability"), 0.5))

    first, time = number(body, "firstDiaSourceMjdTai"), source["midpointMjdTai"]
    near, template = number(body, "nearbyObj1Dist"), number(source, "templateFlux")
    star = bool(first) and time - first > 365 or near is not None and near <= 1.5
    if not star and template is not None and template > 0 and flux is not None:
        star = 31.4 - 2.5 * math.log10(template) < 20 and flux < 0.5 * template and below(number(source, "extendedness"), 0.5)

    own, times = source["diaSourceId"], []
    ids = {own}
    for point in [source, *(alert.get("prvDiaSources") or [])]:
        if point is not source:
            if point["diaSourceId"] in ids:
                continue
            ids.add(point["diaSourceId"])
            late = point["midpointMjdTai"] > time + 1 / 86400
            if late or (number(point, "timeWithdrawnMjdTai") or 0) > 0 or any(number(point, name) for name in MARKS):
                continue
        if is_positive(point):
            times.append(point["midpointMjdTai"])
    times.sort()
    still = max((b - a for a, b in zip(times, times[1:])), default=0) >= 1 / 48

    asteroid = number(source, "ssObjectId") or number(linked, "ssObjectId")
    rank = number(linked, "diaDistanceRank")
    return [sound, not star, still, not asteroid or rank is not None and rank > 1, False]


def main():
    seen = {}
    for alert in packets(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])):
        source = alert.get("diaSource")
        # What has other names, or invented times, is from before the survey.
        if isinstance(source, dict) and source.get("diaSourceId") and 15_000 < source.get("midpointMjdTai", 0) < 90_000:
            seen.setdefault(alert.get("diaSourceId") or source["diaSourceId"], alert)
    for key, alert in seen.items():
        print(f"lsst,{key},{''.join(str(int(bool(cut))) for cut in verdict(alert))}")


if __name__ == "__main__":
    main()
