"""Starts bqemulator without DuckDB's spatial extension, which it would fetch from the net: `bigquery_emulator.py start ...`."""
from bqemulator.cli import main
from bqemulator.storage import engine

for each in list(vars(engine).values()):
    if isinstance(each, type) and hasattr(each, "_load_spatial"):
        each._load_spatial = lambda self: None

main()
