"""Data folders: each number is held against the command's, which reads the same folder by other code."""

from __future__ import annotations

import base64
import csv
import doctest
import importlib
import io
import json
import math
import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import Angle, SkyCoord

from conftest import PYTHON, REPOSITORY, Command
from nightjar import data
from nightjar.data import DamagedRecordError, DataFolder, DataFolderError, QueryError


def lines(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def is_masked(value: Any) -> bool:
    return value is np.ma.masked


def agree(ours: Any, theirs: Any) -> bool:
    """Whether a cell is what the command wrote: both print the shortest digits, so equal means equal bits."""
    if is_masked(ours):
        return theirs in (None, "")
    if isinstance(ours, np.bool_):
        return bool(ours) == theirs
    if isinstance(ours, np.float32):
        return bool(ours == np.float32(theirs))
    return bool(ours == type(ours)(theirs))


# -- Examples


@pytest.mark.parametrize("module", ["data", "_alerts", "_objects", "_results", "_topics", "following"])
def test_examples_in_docstrings(module: str, examples: dict[str, Any]) -> None:
    module_ = importlib.import_module(f"nightjar.{module}")
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in doctest.DocTestFinder().find(module_, extraglobs=examples):
        runner.run(test)
    assert runner.failures == 0


# -- Alerts


def test_an_alert_is_its_row_and_its_packet(folder: DataFolder, command: Command, night: Path) -> None:
    for survey, table, key in (("ztf", "ztf_alerts", "candid"), ("lsst", "lsst_alerts", "diaSourceId")):
        for (id,) in folder.sql(f"SELECT {key} FROM {table} ORDER BY {key} LIMIT 5"):
            alert = folder.alert(id)
            assert alert.survey == survey and alert.id == id and alert[key] == id
            (row,) = lines(command("sql", f"SELECT * FROM {table} WHERE {key} = {id}", "--data", night))
            assert list(alert) == list(row)
            assert {name: str(value) for name, value in alert.items() if isinstance(value, int)} == {
                name: str(int(value)) for name, value in row.items() if isinstance(alert[name], int)
            }
            assert alert.packet() == command("alert", str(id), "--data", night, "--avro", "-")
            assert Path(alert.location.segment).exists() and alert.location.length > 0


def test_a_record_is_what_fastavro_reads(folder: DataFolder) -> None:
    fastavro = pytest.importorskip("fastavro")
    for table, key in (("ztf_alerts", "candid"), ("lsst_alerts", "diaSourceId")):
        for (id,) in folder.sql(f"SELECT {key} FROM {table} LIMIT 10"):
            alert = folder.alert(id)
            (expected,) = fastavro.reader(io.BytesIO(alert.packet()))
            assert repr(alert.record()) == repr(expected)  # NaN is not equal to itself; its text is


def test_passes_of_an_alert(folder: DataFolder) -> None:
    passed = folder.sql("SELECT candid, group_concat(filter) FROM ztf_passes GROUP BY candid LIMIT 5")
    assert len(passed) == 5
    for candid, filters in passed:
        assert folder.alert(candid).passes == sorted(filters.split(","))
    assert folder.alert(folder.sql("SELECT candid FROM ztf_alerts WHERE isdiffpos = 'f'")[0][0]).passes == []


def test_unknown_alerts_name_the_nearest(folder: DataFolder, candid: int) -> None:
    with pytest.raises(data.UnknownAlertError, match=f"nearest id is {candid}$") as caught:
        folder.alert(candid + 1)
    assert isinstance(caught.value, KeyError) and str(caught.value)[0] != '"'
    with pytest.raises(data.UnknownAlertError):
        folder.alert(candid, survey="lsst")
    with pytest.raises(ValueError, match="no survey is called 'panstarrs'"):
        folder.alert(candid, survey="panstarrs")


@pytest.fixture
def candid(folder: DataFolder) -> int:
    return int(folder.sql("SELECT max(candid) FROM ztf_alerts")[0][0])


# -- Objects


def names(folder: DataFolder, survey: str, count: int) -> list[str]:
    rows = folder.sql(
        f"SELECT objectId FROM {survey}_alerts WHERE objectId IS NOT NULL GROUP BY objectId "
        "ORDER BY sum(is_extragalactic_transient) DESC, objectId LIMIT ?", [count],
    )
    return [str(name) for (name,) in rows]


def compare_object(folder: DataFolder, command: Command, paths: list[Path], name: str, alone: bool = False) -> None:
    """Holds an object against the command's CSV and JSON of it, row by row and bit by bit."""
    options = [word for path in paths for word in ("--data", str(path))] + (["--alone"] if alone else [])
    ours = folder.object(name, alone=alone)
    told = json.loads(command("object", name, *options, "--json"))
    curve = ours.light_curve()
    table = list(csv.DictReader(io.StringIO(command("object", name, *options, "--format", "csv").decode())))
    assert len(curve) == len(table)
    for row, expected in zip(curve, table, strict=True):
        for column in expected.keys() - {"survey", "marks"}:
            assert agree(row[column], expected[column]), (name, column, row[column], expected[column])
        assert row["marks"] == expected["marks"]
    # What the CSV has not: the sign.
    by_kind = [row for row in curve if row["kind"] == "detection"]
    assert len(by_kind) == len(told["detections"])
    for row, expected in zip(by_kind, told["detections"], strict=True):
        assert agree(row["is_positive"], expected["is_positive"])
    assert curve.meta["time_scale"] == told["time_scale"] and (ours.ra, ours.dec) == (told["ra"], told["dec"])
    assert [(row["objectId"], row["distance"]) for row in ours.joined] == [
        (row["objectId"], row["distance_arcsec"]) for row in told["joined"]
    ]
    assert len(ours.alerts) == len(told["alerts"])
    for row, expected in zip(ours.alerts, told["alerts"], strict=True):
        for column in ("id", "objectId", "mjd", "mjd_tai", "night", "ra", "dec", "data_kind", "passed"):
            assert agree(row[column], expected[column]), (name, column)
        assert row["folder"] == expected["data"]
        assert all(bool(row[cut]) == passed for cut, passed in expected["verdict"].items())
    assert len(ours.fits) == len(told["fits"])
    for row, expected in zip(ours.fits, told["fits"], strict=True):
        assert set(ours.fits.colnames) == set(expected)
        assert all(agree(row[column], value) for column, value in expected.items()), name


@pytest.mark.parametrize("survey", ["ztf", "lsst"])
def test_objects_are_the_commands(folder: DataFolder, command: Command, night: Path, survey: str) -> None:
    for name in names(folder, survey, 25):
        compare_object(folder, command, [night], name)


def test_kinds_of_points_can_be_left_out(folder: DataFolder) -> None:
    thing = folder.object(names(folder, "ztf", 1)[0])
    assert set(thing.light_curve()["kind"]) == {"detection", "forced", "limit"}
    assert set(thing.light_curve(forced=False)["kind"]) == {"detection", "limit"}
    assert set(thing.light_curve(limits=False)["kind"]) == {"detection", "forced"}
    curve = thing.light_curve()
    assert curve["id"].dtype == np.int64 and curve["flux_njy"].unit == u.nJy and curve["mag"].unit == u.ABmag
    assert curve["mjd"].unit == u.day and np.allclose(curve["mjd_tai"] - curve["mjd"], 37 / 86400, atol=1e-9)


def test_ids_of_one_place_are_joined(command: Command, run: Callable[..., Path], tmp_path: Path) -> None:
    path = run(tmp_path / "split", "lsst.tar.gz")
    # An object over 0 h and one beside it at 0.4 arcsec; one at 0.9 is too far.
    database = sqlite3.connect(path / "nightjar.db")
    fixed = "SELECT diaObjectId FROM lsst_alerts WHERE objectId = diaObjectId LIMIT 3"
    ids = [row[0] for row in database.execute(fixed)]
    for id, ra in zip(ids, (0.00005, 359.99994, 0.0003), strict=True):
        database.execute("UPDATE lsst_alerts SET ra = ?, dec = 10 WHERE objectId = ?", (ra, id))
    database.commit()
    database.close()
    with data.open(path) as folder:
        assert list(folder.object(str(ids[0])).joined["objectId"]) == [str(ids[1])]
        for alone in (False, True):
            for id in ids:
                compare_object(folder, command, [path], str(id), alone)
        compare_cone(folder, command, [path], 0, 10, 2)
        compare_cone(folder, command, [path], 359.9999, 10, 5)


def test_withdrawn_points_are_left_out(command: Command, run: Callable[..., Path], tmp_path: Path) -> None:
    path = run(tmp_path / "withdrawn", "lsst.tar.gz")
    with data.open(path) as folder:
        name = folder.sql("SELECT objectId FROM lsst_detections GROUP BY objectId ORDER BY count(*) DESC LIMIT 1")[0][0]
        before = len(folder.object(name).light_curve())
        database = sqlite3.connect(path / "nightjar.db")
        database.execute(
            "UPDATE lsst_detections SET timeWithdrawnMjdTai = 61300, pixelFlags_bad = 1 WHERE diaSourceId = "
            "(SELECT max(diaSourceId) FROM lsst_detections WHERE objectId = ?)", (name,),
        )
        database.execute(
            "UPDATE lsst_detections SET glint_trail = 1, pixelFlags_crCenter = 1, isNegative = 1 WHERE diaSourceId = "
            "(SELECT min(diaSourceId) FROM lsst_detections WHERE objectId = ?)", (name,),
        )
        database.commit()
        database.close()
        assert len(folder.object(name).light_curve()) == before - 1
        assert "cosmic ray streak" in folder.object(name).light_curve()["marks"]
        compare_object(folder, command, [path], str(name))


def test_photometry_is_what_a_fit_of_the_history_takes(
    command: Command, run: Callable[..., Path], tmp_path: Path
) -> None:
    """`salt2 refit --night` writes how many points of the tables it had, and how many of them had marks."""
    path = run(tmp_path / "refit", "ztf.tar.gz", "lsst.tar.gz")
    database = sqlite3.connect(path / "nightjar.db")
    # Some measurements of bad pixels, so that a detection takes their place, or none does.
    database.execute("UPDATE ztf_forced SET procstatus = '56' WHERE abs(CAST(jd * 1000 AS INTEGER)) % 2 = 0")
    database.execute("UPDATE lsst_detections SET pixelFlags_bad = 1 WHERE diaSourceId % 7 = 0")
    database.commit()
    database.close()
    compared, marked = {"ztf": 0, "lsst": 0}, 0
    with data.open(path) as folder:
        for survey, night, zero in (("ztf", "20240915", 23.9), ("lsst", "20260915", 31.4)):
            command("salt2", "refit", "--night", night, "--data", path, "--models", REPOSITORY / "models", "--quiet")
            for name, points, set_aside, jd in folder.sql(
                f"SELECT objectId, n_points, n_marked, jd FROM {survey}_salt2_refits AS r WHERE jd = "
                f"(SELECT max(jd) FROM {survey}_salt2_refits WHERE objectId = r.objectId)"
            ):
                thing = folder.object(name)
                if thing.light_curve()["mjd"].max() > jd - 2_400_000.5 + 1 / 86400:
                    continue  # a later alert brought points that this fit had not
                table = thing.photometry(marked=True)
                assert len(table) == points, name
                assert len(table) - table["used"].sum() == set_aside, name
                assert len(thing.photometry()) == table["used"].sum()
                assert set(table["zp"]) == {zero} and set(table["zpsys"]) == {"ab"}
                compared[survey], marked = compared[survey] + 1, marked + set_aside
    assert compared["ztf"] >= 5 and compared["lsst"] >= 10 and marked >= 5, (compared, marked)


def test_photometry_goes_into_sncosmo(folder: DataFolder) -> None:
    photdata = pytest.importorskip("sncosmo.photdata", reason="sncosmo is not installed")
    registry = pytest.importorskip("sncosmo")
    thing = folder.object(names(folder, "ztf", 1)[0])
    table = thing.photometry()
    for name in set(table["band"]):
        registry.register(registry.Bandpass([5000.0, 6000.0, 7000.0], [0.0, 1.0, 0.0], name=name), force=True)
    found = photdata.photometric_data(table)
    assert len(found) == len(table) and np.all(found.fluxerr > 0)
    # A detection of 20 mag is 36.3 uJy.
    assert math.isclose(10 ** (0.4 * (23.9 - 20)), 36.3078, rel_tol=1e-5)


def test_matches_with_catalogues(folder: DataFolder) -> None:
    rows = folder.sql("SELECT objectId, candid, stars_distance, stars_name FROM ztf_alerts WHERE stars_matches = 1")
    assert len(rows) >= 40
    name, candid, distance, star = rows[0]
    match = folder.alert(candid).matches["stars"]
    assert match["matches"] == 1 and match["distance"] == distance and match["name"] == star
    assert folder.object(name).matches["stars"].keys() == {"matches", "distance", "ra", "dec", "name", "redshift"}
    assert folder.object(names(folder, "lsst", 1)[0]).matches.get("stars", {}).get("distance") is None


def test_objects_of_an_older_folder(command: Command, tmp_path: Path) -> None:
    """A run of layout 5 that was killed: growing segments, and a database that is in its log."""
    archive = REPOSITORY / "Tests/IntegrationTests/folders/layout-5.tar.gz"
    if not archive.exists():
        pytest.skip(f"{archive} is not there")
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path, filter="data")
    path = tmp_path / "folder"
    with data.open(path) as folder:
        assert folder.sql("SELECT count(*) FROM ztf_alerts")[0] == (26,)
        for (name,) in list(folder.sql("SELECT DISTINCT objectId FROM ztf_alerts")):
            compare_object(folder, command, [path], name)
        for (candid,) in folder.sql("SELECT candid FROM ztf_alerts"):
            assert folder.alert(candid).packet() == command("alert", str(candid), "--data", path, "--avro", "-")
        assert folder.nights()["stored"].sum() == 26


# -- Cones


def compare_cone(
    folder: DataFolder, command: Command, paths: list[Path], ra: float, dec: float, radius: float
) -> int:
    options = [word for path in paths for word in ("--data", str(path))]
    told = json.loads(command("cone", repr(ra), repr(dec), repr(radius), *options, "--json"))
    told.sort(key=lambda row: (row["separation_arcsec"], int(row["id"])))  # the command has survey by survey
    found = folder.cone(ra, dec, radius)
    assert [int(row["id"]) for row in told] == list(found["id"])
    for row, expected in zip(found, told, strict=True):
        assert row["survey"] == expected["survey"] and agree(row["objectId"], expected["objectId"])
        assert (row["ra"], row["dec"], row["mjd_tai"]) == (expected["ra"], expected["dec"], expected["mjd_tai"])
        # The two compute the same formula; a rounding of the last bit is of no account.
        assert math.isclose(row["separation"], expected["separation_arcsec"], rel_tol=1e-9, abs_tol=1e-9)
    return len(found)


def test_cones_are_the_commands(folder: DataFolder, command: Command, night: Path) -> None:
    for ra, dec in folder.sql("SELECT ra, dec FROM ztf_alerts ORDER BY candid LIMIT 8"):
        assert compare_cone(folder, command, [night], ra, dec, 2) >= 1
        compare_cone(folder, command, [night], ra, dec, 36_000)
    assert compare_cone(folder, command, [night], 0, 20, 180_000) > 0
    assert compare_cone(folder, command, [night], 12, 90, 200_000) > 0
    assert compare_cone(folder, command, [night], 300, -90, 300_000) > 0
    assert compare_cone(folder, command, [night], 10, 10, 648_000) == 700


def test_cones_at_the_poles_and_over_0h(command: Command, run: Callable[..., Path], tmp_path: Path) -> None:
    path = run(tmp_path / "edges", "ztf.tar.gz")
    database = sqlite3.connect(path / "nightjar.db")
    ids = [row[0] for row in database.execute("SELECT candid FROM ztf_alerts LIMIT 7")]
    places = [(0, 5), (359.9999, 5), (0.0001, 5), (10, 89.9999), (190, 89.9999), (77, -90), (200, -89.9998)]
    for id, (ra, dec) in zip(ids, places, strict=True):
        database.execute("UPDATE ztf_alerts SET ra = ?, dec = ? WHERE candid = ?", (ra, dec, id))
    database.execute("UPDATE ztf_alerts SET ra = NULL WHERE candid = ?", (ids[0],))
    database.commit()
    database.close()
    with data.open(path) as folder:
        assert compare_cone(folder, command, [path], 0, 5, 1) == 2
        assert compare_cone(folder, command, [path], 359.99995, 5, 1) == 2
        assert compare_cone(folder, command, [path], 100, 90, 1) == 2
        assert compare_cone(folder, command, [path], 10, 89.9999, 0.5) == 1
        assert compare_cone(folder, command, [path], 10, -90, 1) == 2
        assert compare_cone(folder, command, [path], 0, 5, 0) == 0


def test_forms_of_a_place(folder: DataFolder) -> None:
    ((ra, dec),) = folder.sql("SELECT ra, dec FROM ztf_alerts ORDER BY candid LIMIT 1")
    expected = list(folder.cone(ra, dec, 60)["id"])
    assert expected
    assert list(folder.cone(SkyCoord(ra, dec, unit="deg"), Angle("1m"))["id"]) == expected
    assert list(folder.cone(SkyCoord(ra, dec, unit="deg").galactic, 60)["id"]) == expected
    assert list(folder.cone(Angle(ra - 360, u.deg), dec * u.deg, 1 * u.arcmin)["id"]) == expected
    assert list(folder.cone(SkyCoord(ra, dec, unit="deg"), 60, survey="ztf")["id"]) == expected
    empty = folder.cone(ra, dec, 60, survey="winter")
    assert len(empty) == 0 and empty["separation"].unit == u.arcsec
    wrong = [(361, 0, 1), (0, 91, 1), (0, 0, -1), (0, 0, 700_000), (math.nan, 0, 1), (0, 0, math.nan)]
    for place in wrong:
        with pytest.raises(ValueError, match="say|place"):
            folder.cone(*place)
    with pytest.raises(ValueError, match="radius is missing"):
        folder.cone(1, 2)


def test_a_cone_uses_the_index(folder: DataFolder) -> None:
    zone = "CAST((dec + 90) * 12 AS INTEGER)"
    sql = f"EXPLAIN QUERY PLAN SELECT candid FROM ztf_alerts WHERE {zone} IN (1103, 1104) AND ra BETWEEN ? AND ?"
    assert "ztf_alerts_zone" in str(list(folder.sql(sql, (1, 2))))


# -- Accounts and candidates


def test_accounts_are_the_commands(folder: DataFolder, command: Command, night: Path) -> None:
    told = lines(command("ledger", "--data", night, "--json"))
    rows = [row for row in told if "total" not in row]
    assert len(folder.ledger()) == len(rows)
    for row, expected in zip(folder.ledger(), rows, strict=True):
        for column, value in expected.items():
            assert agree(row[column], value), column
    totals = [row["total"] for row in told if "night" in row.get("total", {})]
    assert len(folder.nights()) == len(totals) == 2
    for row, expected in zip(folder.nights(), totals, strict=True):
        assert all(int(row[column]) == value for column, value in expected.items())


def test_candidates_are_the_commands(folder: DataFolder, command: Command, night: Path) -> None:
    for of in ("20240915", "20260915"):
        told = json.loads(command("list", "--night", of, "--passed", "--data", night, "--json"))
        found = folder.candidates(of)
        assert [int(row["id"]) for row in told] == list(found["id"]) and len(told) > 10
        for row, expected in zip(found, told, strict=True):
            assert all(agree(row[name], expected[name]) for name in ("objectId", "mjd_tai", "ra", "dec", "survey"))
    assert len(folder.candidates()) == len(folder.candidates(20240915)) + len(folder.candidates("2026-09-15"))
    passed = folder.sql("SELECT candid FROM ztf_passes WHERE filter = 'bright' ORDER BY jd, candid")
    assert list(folder.candidates(filter="bright", survey="ztf")["id"]) == [row[0] for row in passed]
    with pytest.raises(ValueError, match="no filter 'brite' has judged an alert; there are bright, "):
        folder.candidates(filter="brite")
    with pytest.raises(ValueError, match="a night is YYYYMMDD"):
        folder.candidates(night="yesterday")
    assert len(folder.candidates(20200101)) == 0


# -- SQL


def test_results_of_sql(folder: DataFolder, command: Command, night: Path) -> None:
    pandas, pyarrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    query = "SELECT candid, objectId, ssdistnr, CASE WHEN fid = 1 THEN candid END g, jd FROM ztf_alerts ORDER BY 1"
    result = folder.sql(query)
    told = lines(command("sql", query, "--data", night))
    assert [tuple(row.values()) for row in told] == [
        (str(c), name, d, None if g is None else str(g), jd) for c, name, d, g, jd in result
    ]
    table = result.to_table()
    assert table["candid"].dtype == table["g"].dtype == np.int64
    assert list(table["g"].mask) == [row[3] is None for row in result] and table["g"].mask.any()
    frame = result.to_pandas()
    assert frame["candid"].dtype == np.int64 and str(frame["g"].dtype) == "Int64"
    assert [None if pandas.isna(g) else int(g) for g in frame["g"]] == [row[3] for row in result]
    arrow = result.to_arrow()
    assert arrow.schema.field("g").type == pyarrow.int64()
    assert arrow.to_pydict()["g"] == [row[3] for row in result]
    assert "<th>candid</th>" in result._repr_html_() and "400 rows, 20 shown" in result._repr_html_()


def test_odd_results_of_sql(folder: DataFolder) -> None:
    empty = folder.sql("SELECT candid, objectId FROM ztf_alerts WHERE 0")
    assert len(empty.to_table()) == 0 and empty.to_arrow().num_rows == 0 and len(empty.to_pandas()) == 0
    assert empty.to_table()["candid"].dtype == np.int64
    odd = folder.sql("SELECT 1, 1, NULL, x'00ff', 'a<b' UNION ALL SELECT 2814124214115015018, 0.5, NULL, NULL, NULL")
    table = odd.to_table()
    assert table.colnames == ["1", "1_2", "NULL", "x'00ff'", "'a<b'"]
    assert table["1"].dtype == np.int64 and table["1_2"].dtype == np.float64 and table["NULL"].mask.all()
    assert table["x'00ff'"][0] == b"\0\xff" and "a&lt;b" in odd._repr_html_()
    mixed = folder.sql("SELECT 2814124214115015018 AS x UNION ALL SELECT 0.5")
    assert list(mixed.to_table()["x"]) == [2814124214115015018, 0.5]  # as objects: a float would round the id
    assert mixed.to_arrow()["x"].to_pylist() == ["2814124214115015018", "0.5"]
    odd.to_arrow(), odd.to_pandas()
    assert folder.sql("SELECT :a + 1", {"a": 41})[0] == (42,)


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM ledger", "ATTACH '/tmp/x.db' AS x", "PRAGMA query_only = OFF", "CREATE TEMP TABLE t (a)",
     "UPDATE ztf_alerts SET ra = 0", "VACUUM", "BEGIN", "PRAGMA journal_mode = DELETE", "SELECT load_extension('x')"],
)  # fmt: skip
def test_sql_can_only_read(folder: DataFolder, night: Path, statement: str) -> None:
    before = os.stat(night / "nightjar.db").st_mtime_ns
    with pytest.raises(QueryError):
        folder.sql(statement)
    assert os.stat(night / "nightjar.db").st_mtime_ns == before


def test_errors_of_sql_say_the_statement(folder: DataFolder) -> None:
    with pytest.raises(QueryError, match=r"no such table: nope \(in: SELECT \* FROM nope\)"):
        folder.sql("SELECT *\n FROM nope")
    with pytest.raises(QueryError, match="one statement"):
        folder.sql("SELECT 1; SELECT 2")
    with pytest.raises(QueryError, match="(?i)binding"):
        folder.sql("SELECT ?")


def test_ctrl_c_ends_a_long_statement(night: Path) -> None:
    program = (
        "import nightjar.data as d, sys; f = d.open(sys.argv[1]); print('begins', flush=True)\n"
        "try: f.sql('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n')\n"
        "except KeyboardInterrupt: print('ended', f.sql('SELECT 1')[0])"
    )
    environment = {**os.environ, "PYTHONPATH": str(PYTHON / "src")}
    with subprocess.Popen(
        [sys.executable, "-c", program, night], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "begins\n"
        time.sleep(0.3)  # the statement runs, and never ends by itself
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20)[0] == "ended (1,)\n"


# -- Several folders, threads, runs


@pytest.fixture(scope="module")
def conductor(run: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a conductor's: two workers, of which the first has all, and the second ZTF's alerts again."""
    path = tmp_path_factory.mktemp("conductor")
    run(path / "worker-1", "lsst.tar.gz", "ztf.tar.gz")
    run(path / "worker-2", "ztf.tar.gz", options=("--no-fits",))
    run(path / "worker-10", "lsst.tar.gz", options=("--no-fits",))
    return path


def test_several_folders_are_one(conductor: Path, command: Command) -> None:
    paths = [conductor / name for name in ("worker-1", "worker-2", "worker-10")]
    with data.open(conductor) as folder:
        assert folder.paths == [str(path) for path in paths]
        for survey in ("ztf", "lsst"):
            for name in names(folder, survey, 6):
                compare_object(folder, command, paths, name)
        ((ra, dec),) = folder.sql("SELECT ra, dec FROM main.ztf_alerts ORDER BY candid LIMIT 1")
        assert compare_cone(folder, command, paths, ra, dec, 90_000) > 10
        assert len(folder.candidates(20240915)) == len(json.loads(
            command("list", "--night", "20240915", "--passed", "--data", conductor, "--json")))  # fmt: skip
        # Rows of SQL are each folder's.
        for sql in ("SELECT count(*) AS n FROM ztf_alerts", "SELECT count(*) AS n FROM folder2.ztf_alerts",
                    "SELECT count(*) AS n FROM lsst_salt2", "SELECT sum(received) AS n FROM ledger"):  # fmt: skip
            assert lines(command("sql", sql, "--data", conductor)) == [{"n": folder.sql(sql)[0][0]}]
        assert len(folder.ledger()) == 4 and folder.nights()["stored"].sum() == 1400
        stream = folder.topic("ztf_alert_avro_bucket")
        assert len(list(stream)) == 2 and list(stream.position.values()) == [1, 1, 0]
        with pytest.raises(ValueError, match="offset of one folder"):
            folder.topic("ztf_alert_data", start=1)
    with data.open(paths[1], paths[0]) as folder:  # the first has precedence
        assert folder.alert(folder.candidates(20240915)["id"][0]).folder == str(paths[1])
    with pytest.raises(ValueError, match="given twice"):
        data.open(conductor, paths[0])


def test_threads_have_a_connection_each(night: Path) -> None:
    with data.open(night) as folder:
        ids = [row[0] for row in folder.sql("SELECT candid FROM ztf_alerts")]
        failures: list[BaseException] = []

        def read(part: int) -> None:
            try:
                for id in ids[part::4]:
                    assert folder.alert(id).id == id
                    folder.cone(folder.alert(id)["ra"], folder.alert(id)["dec"], 5)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=read, args=(part,)) for part in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures


def _read_in_child(folder: DataFolder, queue: Any) -> None:
    queue.put(folder.sql("SELECT count(*) FROM ztf_alerts")[0][0] + len(folder.nights()))


def test_a_fork_opens_connections_of_its_own(night: Path) -> None:
    context = multiprocessing.get_context("fork")
    with data.open(night) as folder:
        folder.nights()
        queue: Any = context.Queue()
        process = context.Process(target=_read_in_child, args=(folder, queue))
        process.start()
        assert queue.get(timeout=20) == 402
        process.join()
        assert len(folder.nights()) == 2


def test_a_closed_folder_says_so(night: Path) -> None:
    folder = data.open(night)
    folder.close()
    with pytest.raises(DataFolderError, match="was closed; open it again"):
        folder.nights()


def test_beside_a_run_that_writes(
    command: Command, run: Callable[..., Path], sources: Path, tmp_path: Path
) -> None:
    """A follower gets every message of a run that writes meanwhile, and the run's log can be reset: no lock is left."""
    path = run(tmp_path / "live", "lsst.tar.gz")
    got: list[int] = []
    with data.open(path) as folder:
        stream = folder.topic("ztf_alert_data", follow=True)
        follower = threading.Thread(target=lambda: got.extend(message["candid"] for message in stream))
        follower.start()
        run(path, "ztf.tar.gz")
        counts = folder.sql("SELECT candid FROM ztf_alerts")
        end = time.monotonic() + 30
        while len(got) < len(counts) and time.monotonic() < end:
            time.sleep(0.05)
        # Who writes can empty the log, since nobody reads.
        database = sqlite3.connect(path / "nightjar.db", timeout=0)
        assert database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        database.close()
    follower.join(timeout=10)  # closing the folder has ended the stream
    assert not follower.is_alive() and sorted(got) == sorted(row[0] for row in counts) and len(got) == 400


# -- Topics


def plain(value: Any, name: str = "") -> Any:
    """A record as `nightjar topic` writes it, but for its ids: bytes in base64, and no NaN."""
    match value:
        case bool() | None | str():
            return value
        case bytes():
            return base64.b64encode(value).decode()
        case dict():
            return {key: plain(member, key) for key, member in value.items()}
        case list():
            return [plain(member, name) for member in value]
        case float() if not math.isfinite(value):
            return None
    return value


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, dict):
        return list(ours) == list(theirs) and all(same(ours[name], theirs[name]) for name in ours)
    if isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, float) and isinstance(theirs, (int, float)):
        return ours == theirs or float(np.float32(theirs)) == ours
    if type(ours) is int and isinstance(theirs, str):
        return str(ours) == theirs
    return bool(ours == theirs)


@pytest.mark.parametrize("topic", ["ztf_salt2", "lsst_exgalac_trans", "ztf_bright", "ztf_alert_avro_bucket"])
def test_topics_are_the_commands(folder: DataFolder, command: Command, night: Path, topic: str) -> None:
    told = lines(command("topic", topic, "--data", night))
    found = list(folder.topic(topic))
    assert len(found) == len(told) > 0
    assert all(same(plain(ours), theirs) for ours, theirs in zip(found, told, strict=True))


def test_a_position_is_taken_up_again(folder: DataFolder, night: Path) -> None:
    stream = folder.topic("ztf_exgalac_trans")
    first = [next(stream)["candid"] for _ in range(5)]
    rest = [message["candid"] for message in folder.topic("ztf_exgalac_trans", start=stream.position)]
    whole = [message["candid"] for message in folder.topic("ztf_exgalac_trans")]
    assert first + rest == whole and stream.position == {os.path.realpath(night): 5}
    with data.open(os.path.relpath(night)) as again:  # the same folder by another name
        assert [message["candid"] for message in again.topic("ztf_exgalac_trans", start=stream.position)] == rest
    with pytest.raises(ValueError, match="start names a folder that is not open: "):
        folder.topic("ztf_exgalac_trans", start={"/elsewhere": 5})
    with pytest.raises(ValueError, match="start is an offset or a stream's position, and not '1'"):
        folder.topic("ztf_exgalac_trans", start="1")  # type: ignore[arg-type]
    assert [message["candid"] for message in folder.topic("ztf_exgalac_trans", start=5)] == rest
    with pytest.raises(DataFolderError, match="there is no message 1000 of ztf_exgalac_trans, which has 41"):
        folder.topic("ztf_exgalac_trans", start=1000)
    with pytest.raises(data.UnknownTopicError, match="no topic is called 'ztf_brigt'; there are ztf_alert_data, "):
        folder.topic("ztf_brigt")
    assert "ztf_bright" in folder.topics()


def test_damage_is_said_once_and_passed(night: Path, tmp_path: Path) -> None:
    path = shutil.copytree(night, tmp_path / "damaged")
    with data.open(path) as folder:
        whole = list(folder.topic("ztf_exgalac_trans"))
        segment = path / "topics/ztf_exgalac_trans/00000001.avro"
        ((position, length),) = folder.sql(
            "SELECT position, length FROM messages WHERE topic = 'ztf_exgalac_trans' AND offset = 3"
        )
        with open(segment, "r+b") as file:
            file.seek(position + length // 2)
            byte = file.read(1)
            file.seek(position + length // 2)
            file.write(bytes([byte[0] ^ 1]))
        stream, got = folder.topic("ztf_exgalac_trans"), []
        with pytest.raises(DamagedRecordError, match="message 3 of ztf_exgalac_trans is damaged: .* CRC32C"):
            for message in stream:
                got.append(message)
        assert got == whole[:3] and list(stream) == whole[4:]
        os.truncate(segment, position)
        with pytest.raises(DamagedRecordError, match="the file ends before byte"):
            list(folder.topic("ztf_exgalac_trans", start=3))
        segment.unlink()
        with pytest.raises(DamagedRecordError, match="the file is missing"):
            next(folder.topic("ztf_exgalac_trans"))


# -- What is no data folder


def test_what_is_no_data_folder(night: Path, tmp_path: Path) -> None:
    def refusal(path: Path) -> str:
        with pytest.raises(DataFolderError) as caught:
            data.open(path)
        assert isinstance(caught.value, OSError) and str(path) in str(caught.value)
        return str(caught.value)

    assert "there is no such data folder; 'nightjar run' makes one" in refusal(tmp_path / "nowhere")
    assert "no nightjar.db in it; 'nightjar run' makes one" in refusal(tmp_path)
    (tmp_path / "file.tar.gz").write_bytes(b"x")
    assert "this is a file and no data folder" in refusal(tmp_path / "file.tar.gz")
    for name in ("text", "other", "newer", "pipe"):
        (tmp_path / name).mkdir()
    (tmp_path / "text/nightjar.db").write_text("this is no database, but has enough bytes " * 50)
    assert "file is not a database" in refusal(tmp_path / "text")
    sqlite3.connect(tmp_path / "other/nightjar.db").execute("CREATE TABLE t (a)").connection.close()
    assert "this database is not Nightjar's" in refusal(tmp_path / "other")
    newer = sqlite3.connect(tmp_path / "newer/nightjar.db")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    assert "a newer Nightjar made this database" in refusal(tmp_path / "newer")
    os.mkfifo(tmp_path / "pipe/nightjar.db")
    assert "this is no regular file, and so no database" in refusal(tmp_path / "pipe")
    with pytest.raises(ValueError, match="at least one"):
        data.open()
    with data.open(night) as folder, pytest.raises(data.UnknownObjectError, match="an object 'ZTF00nothing' is"):
        folder.object("ZTF00nothing")


def test_a_closed_folder_answers_nothing(night: Path) -> None:
    closed = data.open(night)
    closed.close()
    with pytest.raises(DataFolderError, match="the data folder was closed; open it again"):
        closed.sql("SELECT 1")


def test_a_night_is_a_date(folder: DataFolder) -> None:
    for night in (20240231, "2024-13-15"):
        with pytest.raises(ValueError, match="there is no night"):
            folder.candidates(night=night)
