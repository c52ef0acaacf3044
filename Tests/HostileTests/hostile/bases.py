"""The packets that are altered: a supernova that passes the filter, is fitted and drawn, as ZTF, Fink and LSST send it.

Nothing here is anybody's packet: ZTF's schema is the simulator's, Fink's is rewritten from it as Spark does, and LSST's is
the published one, from the folder of schemas, where that is there.
"""
import copy
import gzip
import io
import json
import math
import os
import random
import struct
import subprocess
import tarfile

import fastavro

import record

FIRST_CANDID = 3_000_000_000_000_000_000
NIGHT_JD = 2_460_568.75  # 2024-09-15, in the night that the simulator's packets are of
LSST_MJD = 61_100.2


def fits(axes=(63, 63), bitpix=-32, extra=(), pixels=None, end=True):
    """A FITS image of our own writing, so that each card may say what it likes."""
    cards = [("SIMPLE", "T"), ("BITPIX", bitpix), ("NAXIS", len(axes))]
    cards += [(f"NAXIS{number + 1}", size) for number, size in enumerate(axes)] + list(extra)
    text = "".join(f"{name:<8}= {value!s:>20}".ljust(80) for name, value in cards) + ("END".ljust(80) if end else "")
    if pixels is None:
        noise = random.Random(1)
        pixels = struct.pack(f">{math.prod(axes)}f", *(noise.gauss(100, 3) for _ in range(math.prod(axes))))
    return text.ljust(-(-len(text) // 2880) * 2880).encode() + pixels.ljust(-(-len(pixels) // 2880) * 2880, b"\0")


STAMP = gzip.compress(fits(), mtime=0)


def curve(days, peak):
    """Roughly a type Ia supernova's flux, for a fit to find something."""
    return peak * (math.exp(-0.5 * (days / 9) ** 2) if days < 0 else 0.25 * math.exp(-days / 45) + 0.75 * math.exp(-0.5 * (days / 13) ** 2))


class Base:
    """A packet to alter; each packet made of it has an id and an object of its own."""

    def __init__(self, survey, name, schema, value, ids, codec="null", fitted=True):
        self.survey, self.name, self.schema, self.codec = survey, name, schema, codec
        self.record = record.Record(schema, value)
        self.ids = ids  # path of an id -> what makes the id of a number
        self.fitted = fitted
        self.header = record.header(schema, codec)

    def body(self, number, changes=None):
        """The record of packet `number`, with other bytes at some paths."""
        given = changes or {}
        own = {path: self._id(path, make(number)) for path, make in self.ids.items()}
        # A change of a whole takes the place of the ids within it.
        own = {path: data for path, data in own.items() if not any(path == other or path.startswith((other + ".", other + "[")) for other in given)}
        return self.record.with_bytes({**own, **given})

    def packet(self, number, changes=None):
        return self.header + record.block(self.body(number, changes), 1, self.codec)

    def _id(self, path, value):
        return self.record.encode(self.record.places[path].schema, value)


def object_id(number):
    letters = ""
    for _ in range(7):
        number, rest = divmod(number, 26)
        letters = chr(97 + rest) + letters
    return "ZTF24" + letters


def simulated_schema(nightjar, folder):
    """The schema of the simulator's packets, and one of its alerts."""
    path = os.path.join(folder, "simulated.tar.gz")
    subprocess.run([nightjar, "simulate", "--alerts", "2", "--seed", "1", "--out", path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with tarfile.open(path) as tar:
        data = next(tar.extractfile(member).read() for member in tar if member.isfile() and member.name.endswith(".avro"))
    reader = fastavro.reader(io.BytesIO(data))
    value = next(reader)
    return json.loads(reader.metadata["avro.schema"]), value


def ztf_value(schema, simulated):
    """A supernova of z = 0.05 or so, 3 days before its peak, in the simulator's own fields."""
    value, names = copy.deepcopy(simulated), record.Names(schema)
    item = lambda name: names.resolve(next(b for b in next(f for f in schema["fields"] if f["name"] == name)["type"] if b != "null"))["items"]
    days = [-15 + 2 * step for step in range(7)]
    past = []
    for number, day in enumerate(days):
        flux, band = curve(day, 3e3), 1 + number % 2
        point = names.fill(item("prv_candidates"))
        point.update(jd=NIGHT_JD - 3 + day, fid=band, pid=number + 1, diffmaglim=20.5, programid=1, candid=number + 1, isdiffpos="t",
            ra=150.0, dec=20.0, magpsf=26.3 - 2.5 * math.log10(flux), sigmapsf=0.05, magzpsci=26.3, rb=0.9, field=391, rcid=36)
        past.append(point)
    limit = names.fill(item("prv_candidates"))
    limit.update(jd=NIGHT_JD - 25, fid=1, pid=90, diffmaglim=20.5, programid=1, magzpsci=26.3)
    forced = []
    for number, day in enumerate(days):
        point = names.fill(item("fp_hists"))
        point.update(jd=NIGHT_JD - 3 + day, fid=1 + number % 2, pid=number + 1, forcediffimflux=curve(day, 3e3), forcediffimfluxunc=60.0,
            procstatus="0", magzpsci=26.3, diffmaglim=20.5, programid=1, rfid=1, field=391, rcid=36, exptime=30.0)
        forced.append(point)
    value["candidate"].update(jd=NIGHT_JD, fid=1, isdiffpos="t", ra=150.0, dec=20.0, magpsf=26.3 - 2.5 * math.log10(curve(-3, 3e3)), sigmapsf=0.05,
        diffmaglim=20.5, magzpsci=26.3, rb=0.9, drb=0.99, nbad=0, fwhm=2.0, elong=1.1, magdiff=0.0, distpsnr1=20.0, sgscore1=0.1,
        ssdistnr=-999.0, ssmagnr=-999.0, ssnamenr="null", jdstarthist=NIGHT_JD - 20, jdendhist=NIGHT_JD)
    value.update(prv_candidates=past + [limit], fp_hists=forced)
    for name in ("cutoutScience", "cutoutTemplate", "cutoutDifference"):
        value[name] = {"fileName": f"{name}.fits.gz", "stampData": STAMP}
    return value


ZTF_IDS = {"candid": lambda n: FIRST_CANDID + n, "candidate.candid": lambda n: FIRST_CANDID + n, "objectId": object_id}


def ztf(nightjar, folder):
    schema, simulated = simulated_schema(nightjar, folder)
    return Base("ztf", "ZTF", schema, ztf_value(schema, simulated), ZTF_IDS)


def spark(schema, names, name):
    """A schema as Spark writes it: every field may be null, value first, and records have the names of their fields."""
    schema = names.resolve(schema)
    if isinstance(schema, list):
        schema = names.resolve(next(branch for branch in schema if branch != "null"))
    if isinstance(schema, str):
        return schema
    if schema["type"] == "array":
        return {"type": "array", "items": [spark(schema["items"], names, name), "null"]}
    fields = [{"name": field["name"], "type": [spark(field["type"], names, field["name"]), "null"]} for field in schema["fields"]]
    return {"type": "record", "name": name, "namespace": "topLevelRecord", "fields": fields}


FINK_FIELDS = {"timestamp": {"type": "long", "logicalType": "timestamp-micros"}, "cdsxmatch": "string", "rf_snia_vs_nonia": "double",
    "snn_snia_vs_nonia": "double", "roid": "int", "mulens": "double", "DR3Name": "string", "Plx": "float", "jd_first_real_det": "double",
    "tracklet": "string", "lc_features_g": {"type": "map", "values": ["double", "null"]}}
FINK_VALUES = {"timestamp": 1_726_400_000_000_000, "cdsxmatch": "Unknown", "DR3Name": "nan", "tracklet": "", "lc_features_g": {"mean": 18.5}}


def fink(base_schema, value, codec):
    names = record.Names(base_schema)
    schema = spark(base_schema, names, "topLevelRecord")
    del schema["namespace"]
    schema["fields"] += [{"name": name, "type": [kind, "null"]} for name, kind in FINK_FIELDS.items()]
    value = {**value, **{name: FINK_VALUES.get(name, 0) for name in FINK_FIELDS}}
    return Base("ztf", f"Fink {codec}", schema, value, ZTF_IDS, codec)


SMALL_STAMP = gzip.compress(fits(axes=(8, 8)), mtime=0)


def small(base, value):
    """The same packet with small images, so that what is altered at random is seldom an image."""
    value = {**value, **{name: {"fileName": name, "stampData": SMALL_STAMP} for name in value if name.startswith("cutout")}}
    return Base(base.survey, f"{base.name} small", base.schema, value, base.ids, base.codec)


def lsst_schema(shared, version):
    """A published LSST schema, its parts put together; nothing where it is not there."""
    folder = os.path.join(shared, "data/alerts/schema/lsst", *version.split("."))
    if not os.path.isdir(folder):
        return None
    tag, parts = "lsst.v" + version.replace(".", "_"), {}
    for name in os.listdir(folder):
        if name.endswith(".avsc"):
            with open(os.path.join(folder, name)) as file:
                parts[f"{tag}.{name.split('.')[-2]}"] = json.load(file)
    used = set()

    def join(schema):
        if isinstance(schema, str):
            if schema in parts and schema not in used:
                used.add(schema)
                return join(copy.deepcopy(parts[schema]))
            return schema
        if isinstance(schema, list):
            return [join(branch) for branch in schema]
        if isinstance(schema.get("type"), (dict, list)):
            schema["type"] = join(schema["type"])
        for field in schema.get("fields", ()):
            field["type"] = join(field["type"])
        if "items" in schema:
            schema["items"] = join(schema["items"])
        return schema

    return join(copy.deepcopy(parts[f"{tag}.alert"]))


def full(names, schema):
    """A value with nothing null and one item in each array."""
    schema = names.resolve(schema)
    if isinstance(schema, list):
        return full(names, next(branch for branch in schema if branch != "null"))
    if isinstance(schema, dict) and schema["type"] == "record":
        return {field["name"]: full(names, field["type"]) for field in schema["fields"]}
    if isinstance(schema, dict) and schema["type"] == "array":
        return [full(names, schema["items"])]
    return names.fill(schema)


def lsst(shared, version, moving=False):
    """A supernova that LSST sees, or one with all that a packet of a body of the solar system has too."""
    schema = lsst_schema(shared, version)
    if schema is None:
        return None
    names = record.Names(schema)
    value = full(names, schema)
    kind = {field["name"]: field["type"] for field in schema["fields"]}

    def point(start, day, band, number):
        flux = curve(day, 4e4)
        found = {"midpointMjdTai": LSST_MJD + 3 + day, "band": band, "psfFlux": flux, "psfFluxErr": 400.0, "ra": 53.1, "dec": -28.1,
            "isNegative": False, "is_negative": False, "diaSourceId": number, "diaForcedSourceId": number, "visit": number, "detector": 7,
            "reliability": 0.9, "snr": 50.0, "ssObjectId": None}
        return {**start, **{name: new for name, new in found.items() if name in start}}

    source = value["diaSource"]
    days = [-15 + 2 * step for step in range(6)]
    value["diaSource"] = point(source, -3, "r", 0)
    value["prvDiaSources"] = [point(source, day, "gr"[number % 2], number + 1) for number, day in enumerate(days)]
    value["prvDiaForcedSources"] = [point(value["prvDiaForcedSources"][0], day, "gr"[number % 2], number + 1) for number, day in enumerate(days)]
    if "nearbyObj1Dist" in value["diaObject"]:
        value["diaObject"]["nearbyObj1Dist"] = 20.0
    for name in ("ssObject", "ssSource", "mpc_orbits", "MPCORB"):
        if name in kind and not moving:
            value[name] = None
    for name in value:
        if name.startswith("cutout"):
            value[name] = gzip.decompress(STAMP)
    object_paths = {"diaObject.diaObjectId", "diaSource.diaObjectId", "prvDiaSources[].diaObjectId", "prvDiaForcedSources[].diaObjectId"}
    base = Base("lsst", f"LSST {version}" + (" moving" if moving else ""), schema, value, {}, fitted=not moving)
    ids = {path: lambda n: FIRST_CANDID + n for path in ("diaSourceId", "alertId", "diaSource.diaSourceId")}
    ids.update({path: lambda n: FIRST_CANDID + 10 ** 12 + n for path in object_paths})
    base.ids = {path: make for path, make in ids.items() if path in base.record.places}
    return base
