"""Reads containers of one record each with the readers that an archive must suit.

    logical_values.py FOLDER     # NAME.avro

Prints one line for each: the name, and `ok` or the error of fastavro and of Python's avro.
"""
import glob, sys, warnings
import avro.datafile, avro.io, fastavro


def by_fastavro(path):
    with open(path, "rb") as file:
        return list(fastavro.reader(file))


def by_avro(path):
    with open(path, "rb") as file, avro.datafile.DataFileReader(file, avro.io.DatumReader()) as reader:
        return list(reader)


def outcome(read, path):
    try:
        return "ok" if len(read(path)) == 1 else "not one record"
    except Exception as error:
        return type(error).__name__


warnings.simplefilter("ignore")
for path in sorted(glob.glob(sys.argv[1] + "/*.avro")):
    name = path.rsplit("/", 1)[-1].removesuffix(".avro")
    print(name, outcome(by_fastavro, path), outcome(by_avro, path), sep="\t")
