"""Checks simulated LSST packets with fastavro, without leniency: lsst_packets.py FILE.tar.gz NUMBER

The file's packets are containers. Each record must fit its own schema with no field too many or too few, in the branch it
says, and be written back to the same bytes. Prints how many there are, and their classes by the fields that are null.
"""
import collections
import io
import sys
import tarfile

import fastavro
from fastavro.validation import validate

kinds = collections.Counter()
with tarfile.open(sys.argv[1], "r|gz") as tar:
    for member in tar:
        data = tar.extractfile(member).read()
        reader = fastavro.reader(io.BytesIO(data))
        record = next(reader)
        assert next(reader, None) is None, "a container has one record"
        assert validate(record, reader.writer_schema, strict=True)
        again = io.BytesIO()
        fastavro.schemaless_writer(again, reader.writer_schema, record)
        assert again.getvalue() in data, "written back it is another record"
        assert member.name == f"{record['diaSourceId']}.avro" and record["diaSource"]["diaSourceId"] == record["diaSourceId"]
        asteroid = record["ssSource"] is not None
        assert asteroid == (record["mpc_orbits"] is not None) == (record["diaObject"] is None)
        assert asteroid == (record["diaSource"]["ssObjectId"] is not None) == (record["diaSource"]["diaObjectId"] is None)
        assert not asteroid or record["prvDiaSources"] is None and record["prvDiaForcedSources"] is None
        past = record["prvDiaSources"] or []
        assert all(p["diaObjectId"] == record["diaSource"]["diaObjectId"] for p in past)
        # An object has the number of its first source.
        assert asteroid or record["diaObject"]["nDiaSources"] > len(past)
        assert not past or record["diaSource"]["diaObjectId"] <= past[0]["diaSourceId"] < record["diaSourceId"]
        kinds["asteroid" if asteroid else "seen before" if past else "new"] += 1
assert sum(kinds.values()) == int(sys.argv[2])
print(", ".join(f"{name} {count}" for name, count in sorted(kinds.items())))
