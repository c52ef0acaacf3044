"""Starts bqemulator 1.4.0 with two things mended: `bigquery_emulator.py start ...`.

DuckDB's spatial extension, which it would fetch from the net, is not loaded; and rows that are appended over gRPC are
read with the fields of nested records, which it forgets there and not in its REST interface.
"""
from bqemulator.api.routes import tabledata
from bqemulator.cli import main
from bqemulator.grpc_api import write_servicer
from bqemulator.storage import engine

for each in list(vars(engine).values()):
    if isinstance(each, type) and hasattr(each, "_load_spatial"):
        each._load_spatial = lambda self: None

write_servicer._table_arrow_schema = lambda table: tabledata._build_arrow_schema(
    tabledata._fields_raw_from_schema(table.schema_.fields))

main()
