"""Tarballs of every kind for the tests, made with Python's tarfile and GNU tar.

Usage: make_tarballs.py FOLDER     writes FOLDER/files (what is packed) and FOLDER/*.tar, each also as .tar.gz;
prints a line for each tarball: its name, a tab, and the names of the members that are packets.
"""
import gzip, io, os, random, subprocess, sys, tarfile

folder = sys.argv[1]
files = os.path.join(folder, "files")
os.makedirs(files)
chance = random.Random(5)
contents = {}
for number, size in enumerate([4, 511, 512, 513, 1024, 30_000, 70_000, 5, 66_000, 508, 100_000, 1_000]):
    noise = bytes(chance.randrange(32) for _ in range(size - 4))
    contents[f"night/{number:03}.avro"] = b"Obj\x01" + noise
contents["night/framed.bin"] = b"\0\0\0\0\x2a" + b"x" * 3_000  # Confluent framing, told by its first byte
contents["night/container.data"] = b"Obj\x01" + b"y" * 700
contents["night/empty.avro"] = b""
contents["night/odd.avro"] = b"no container, but called one"
others = {"night/README.txt": b"read me", "night/empty.txt": b"", "night/short.txt": b"Obj"}
long_names = {
    "night/" + "deep/" * 40 + "long.avro": b"Obj\x01" + b"l" * 900,
    "night/" + "n" * 180 + ".avro": b"Obj\x01" + b"m" * 600,
    "night/h\u00e9t\u00e9.avro": b"Obj\x01" + b"u" * 10,
}
for name, data in {**contents, **others, **long_names}.items():
    path = os.path.join(files, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
os.symlink("000.avro", os.path.join(files, "night/link.avro"))
# Nothing is ever extracted, so these are only names.
tricks = {"../../../../tmp/evil.avro": b"Obj\x01evil", "/etc/passwd.avro": b"Obj\x01abs", "a/./b//c.avro": b"Obj\x01dots"}


def put(name, packets):
    with open(os.path.join(folder, name + ".tar"), "rb") as file:
        data = file.read()
    with open(os.path.join(folder, name + ".tar.gz"), "wb") as file:
        file.write(gzip.compress(data, 6))
    print(name + "\t" + "\t".join(packets))


def with_python(name, format, names, extra={}):
    with tarfile.open(os.path.join(folder, name + ".tar"), "w", format=format) as tar:
        tar.add(os.path.join(files, "night"), "night", recursive=False)
        for member in names:
            tar.add(os.path.join(files, member), member)
        for member, data in extra.items():
            info = tarfile.TarInfo(member)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    put(name, [member for member in [*names, *extra] if member in contents or member in long_names or member in extra])


def with_gnu(name, format, names, *options):
    subprocess.run(
        ["tar", "-C", files, "--format", format, *options, "-cf", os.path.join(folder, name + ".tar"), *names],
        check=True)
    put(name, [member for member in names if member in contents or member in long_names])


plain = [*contents, *others, "night/link.avro"]
every = [*contents, *others, *long_names, "night/link.avro"]
with_python("python-ustar", tarfile.USTAR_FORMAT, plain)
with_python("python-gnu", tarfile.GNU_FORMAT, every)
with_python("python-pax", tarfile.PAX_FORMAT, every)
for format in ["v7", "ustar"]:
    with_gnu("gnu-" + format, format, plain)
for format in ["oldgnu", "gnu", "posix"]:
    with_gnu("gnu-" + format, format, every)
with_gnu("gnu-labelled", "gnu", every, "--label=NIGHT")
with_python("tricks", tarfile.PAX_FORMAT, [], tricks)
with_python("empty", tarfile.GNU_FORMAT, [])
# Files with holes: 64 kB of data between 1 MB of nothing, many times, so that the map needs blocks of its own.
with open(os.path.join(files, "holes.avro"), "wb") as file:
    for number in range(30):
        file.seek(number * 200_000)
        file.write(b"Obj\x01" + b"h" * 4_092)
    file.truncate(6_000_000)
for format in ["gnu", "posix"]:
    with_gnu("sparse-" + format, format, ["night/000.avro", "holes.avro", "night/001.avro"], "--sparse")
