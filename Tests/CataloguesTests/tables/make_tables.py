"""Makes the tables of this folder with astropy 8.0.2, and `expected.csv` of what astropy reads in them again."""
import gzip
import pathlib
import sys

import numpy as np
from astropy.io import fits
from astropy.io.votable import from_table
from astropy.table import MaskedColumn, Table

FOLDER = pathlib.Path(__file__).parent
COLUMNS = ["id", "ra", "dec", "name", "flag", "mag", "visits", "pmra", "pmdec"]


def table():
    rng = np.random.default_rng(15)
    count = 50
    made = Table()
    made["id"] = np.arange(count, dtype="int64") + 9_007_199_254_740_993
    made["ra"] = rng.uniform(0, 360, count)
    made["dec"] = np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
    made["ra"].unit = made["dec"].unit = "deg"
    made["name"] = ["" if row % 7 == 3 else f"V{row} <&> Lyr" for row in range(count)]
    made["flag"] = rng.random(count) < 0.5
    made["mag"] = rng.uniform(10, 20, count).astype("float32")
    made["mag"][5] = np.nan
    made["visits"] = MaskedColumn(rng.integers(-300, 300, count).astype("int16"), mask=rng.random(count) < 0.2)
    made["pmra"] = rng.normal(0, 20, count)
    made["pmdec"] = rng.normal(0, 20, count)
    made["pmra"].unit = made["pmdec"].unit = "mas/yr"
    made["colors"] = rng.normal(size=(count, 3)).astype("float32")
    made["wave"] = rng.normal(size=count) + 1j
    return made


def text(value):
    """As a CSV that Nightjar reads has it; nothing for no value."""
    if value is np.ma.masked or value is None:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else repr(float(value))
    return str(value).strip()


def main():
    made = table()
    made.write(FOLDER / "binary.fits", overwrite=True)
    for form in ["tabledata", "binary", "binary2"]:
        document = from_table(made)
        if form == "binary":  # which has no other way to say that there is no value
            document.get_first_table().get_field_by_id("visits").values.null = -999
        document.to_xml(str(FOLDER / f"{form}.vot"), tabledata_format=form)
    with gzip.GzipFile(FOLDER / "tabledata.vot.gz", "wb", mtime=0) as file:
        file.write((FOLDER / "tabledata.vot").read_bytes())
    ascii = made[["id", "ra", "dec", "name"]]
    ascii["id"] = ascii["id"] - 9_007_199_254_000_000
    fits.HDUList([fits.PrimaryHDU(), fits.TableHDU.from_columns([
        fits.Column("id", "I8", array=ascii["id"]), fits.Column("ra", "E25.17", array=ascii["ra"], unit="deg"),
        fits.Column("dec", "E25.17", array=ascii["dec"], unit="deg"),
        fits.Column("name", "A12", array=ascii["name"])])]).writeto(FOLDER / "ascii.fits", overwrite=True)
    read = {name: Table.read(FOLDER / name) for name in ["binary.fits", "tabledata.vot", "binary.vot", "binary2.vot"]}
    rows = {name: [[text(row[column]) for column in COLUMNS] for row in table] for name, table in read.items()}
    first = rows["binary.fits"]
    for name, other in rows.items():
        if other != first:
            sys.exit(f"astropy reads {name} otherwise: {[pair for pair in zip(first, other) if pair[0] != pair[1]][:2]}")
    with open(FOLDER / "expected.csv", "w") as file:
        file.write(",".join(COLUMNS) + "\n" + "".join(",".join(row) + "\n" for row in first))


if __name__ == "__main__":
    main()
