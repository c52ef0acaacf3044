"""Reads what `nightjar serve` gives to the Virtual Observatory, with pyvo and astropy.

    observatory.py BASE ALERT RA DEC

ALERT is the id of a ZTF alert, and RA and DEC its place. Prints a line for each part that is sound.
"""

import io
import sys
import urllib.request
import warnings

import numpy
import pyvo
from astropy.io import votable
from astropy.table import Table
from pyvo.dal.adhoc import DatalinkResults

base, alert, ra, dec = sys.argv[1].rstrip("/"), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
warnings.simplefilter("error")


def ask(path):
    with urllib.request.urlopen(base + path, timeout=120) as answer:
        return answer.headers, answer.read()


# Simple Cone Search.
found = pyvo.dal.SCSService(base + "/vo/scs").search(pos=(ra, dec), radius=1 / 3600, verbosity=3)
assert len(found) == 1 and found[0]["alert"] == alert, found
assert abs(found[0].pos.ra.deg - ra) < 1e-9 and found[0].pos.dec.deg == dec
try:
    pyvo.dal.SCSService(base + "/vo/scs").search(pos=(ra, dec), radius=200)
    raise SystemExit("there is no radius of 200 degrees")
except pyvo.DALQueryError as error:
    assert "SR is a number" in str(error), error
_, metadata = ask(f"/vo/scs?ra={ra}&Dec={dec}&sr=0")
assert len(votable.parse_single_table(io.BytesIO(metadata)).array) == 0
print("cone search")

# TAP.
tap = pyvo.dal.TAPService(base + "/vo/tap")
assert tap.maxrec == 20000 and tap.hardlimit == 500000
assert tap.tables["ztf_alerts"].columns and "TAP_SCHEMA.columns" in tap.tables.keys()
rows = tap.search(f"SELECT TOP 5 candid, objectId, ra, dec, magpsf FROM ztf_alerts WHERE candid = {alert}")
assert rows["candid"].tolist() == [alert], rows
assert str(rows.to_table()["magpsf"].unit) == "mag" and rows.getdesc("ra").ucd == "pos.eq.ra;meta.main"
cone = f"WHERE 1 = CONTAINS(POINT(ra, dec), CIRCLE({ra}, {dec}, 0.001))"
assert tap.run_async(f"SELECT candid FROM ztf_alerts {cone}")["candid"].tolist() == [alert]
job = tap.submit_job("SELECT candid, jd FROM ztf_alerts", maxrec=3)
assert job.phase == "PENDING"
job.run().wait(timeout=60)
assert job.phase == "COMPLETED" and len(job.result_uris) == 1
with warnings.catch_warnings():
    warnings.simplefilter("ignore", pyvo.dal.exceptions.DALOverflowWarning)
    assert len(job.fetch_result()) == 3
job.delete()
failing = tap.submit_job("SELECT nothing FROM ztf_alerts")
failing.run().wait(timeout=60)
assert failing.phase == "ERROR"
try:
    tap.search("SELECT candid FROM ztf_alerts\nWHERE nowhere = 1")
    raise SystemExit("there is no such column")
except pyvo.DALQueryError as error:
    assert "line 2, column 7" in str(error), error
print("TAP")

# DataLink, by the service descriptor of the rows.
links = next(rows.iter_datalinks())
assert isinstance(links, DatalinkResults)
kinds = [link.semantics for link in links]
assert kinds.count("#this") == 1 and kinds.count("#preview-image") == 3, kinds
packet = next(link for link in links if link.semantics == "#this")
with urllib.request.urlopen(packet.access_url) as answer:
    assert len(answer.read()) == packet.content_length
wrong = DatalinkResults.from_result_url(base + "/vo/datalink?ID=ztf/1")
assert "NotFoundFault" in wrong[0].error_message
print("DataLink")

# Files.
query = "SELECT+candid,objectId,magpsf+FROM+ztf_alerts+ORDER+BY+candid"
_, fits = ask(f"/vo/tap/sync?LANG=ADQL&RESPONSEFORMAT=fits&QUERY={query}")
whole = Table.read(io.BytesIO(fits), format="fits")
_, bytes = ask(f"/vo/tap/sync?LANG=ADQL&RESPONSEFORMAT=csv&QUERY={query}")
texts = Table.read(bytes.decode(), format="csv")
assert whole["candid"].tolist() == texts["candid"].tolist() and alert in whole["candid"].tolist()
assert numpy.array_equal(whole["magpsf"], texts["magpsf"])
name = [text.decode() if hasattr(text, "decode") else text for text in whole["objectId"]]
assert name == texts["objectId"].tolist()
for path, end in [
    (f"/api/v1/objects/{name[0]}/photometry?format=votable", "vot"),
    (f"/api/v1/cone?ra={ra}&dec={dec}&radius=1&format=votable", "vot"),
    ("/api/v1/sql?query=SELECT+*+FROM+ztf_alerts&limit=5&format=votable", "vot"),
]:
    headers, document = ask(path)
    assert headers["Content-Disposition"].endswith(f'.{end}"'), headers["Content-Disposition"]
    assert len(votable.parse_single_table(io.BytesIO(document)).array) > 0, path
    assert votable.validate(io.BytesIO(document), io.StringIO(), xmllint=False), path
print("files")
