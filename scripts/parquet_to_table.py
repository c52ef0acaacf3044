"""Parquet files as one CSV table, some rows at a time; see scripts/parquet-to-table."""
import argparse
import pathlib
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq


def files(inputs):
    """The Parquet files of files and folders, those of a folder by path; `_metadata` and the like are none."""
    for path in map(pathlib.Path, inputs):
        if not path.is_dir():
            yield path
            continue
        yield from sorted(file for file in path.rglob("*.parquet") if not file.name.startswith(("_", ".")))


def is_kept(kind):
    return not (pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
                or pa.types.is_fixed_size_binary(kind))


def column(values):
    """Values as the table has them: exact numbers, 1 and 0, texts of one line."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return column(values.cast(kind.value_type))
    if pa.types.is_boolean(kind):
        return values.cast(pa.int8())
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_nan(values), None, values).cast(pa.float64())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pc.replace_substring_regex(values, r"[\r\n\t]+", " ")
    return values


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("inputs", nargs="+", help="Parquet files, or folders of them")
    parser.add_argument("output", help="the CSV table")
    parser.add_argument("--columns", help="A,B,...: the columns that are kept; without it all that have one value a row")
    options = parser.parse_args()
    writer, names, count = None, None, 0
    for path in files(options.inputs):
        try:
            file = pq.ParquetFile(path, memory_map=True)
            if names is None:
                there = file.schema_arrow
                names = options.columns.split(",") if options.columns else [
                    field.name for field in there if is_kept(field.type)]
                left = [field.name for field in there if field.name not in names]
                if left and not options.columns:
                    print(f"left out: {', '.join(left)}", file=sys.stderr)
            for batch in file.iter_batches(batch_size=65_536, columns=names):
                batch = pa.RecordBatch.from_arrays([column(batch.column(name)) for name in names], names=names)
                if writer is None:
                    writer = pyarrow.csv.CSVWriter(options.output, batch.schema)
                writer.write(batch)
                count += batch.num_rows
        except (OSError, KeyError, pa.ArrowException) as error:
            sys.exit(f"parquet-to-table: {path}: {error}")
    if writer is None:
        sys.exit("parquet-to-table: there are no rows")
    writer.close()
    print(f"{options.output}: {count:,} rows")


if __name__ == "__main__":
    main()
