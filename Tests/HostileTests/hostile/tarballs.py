"""Tarballs and folders that no archive delivers, each a source by itself."""
import gzip
import io
import os
import struct
import tarfile

from case import Source
from images import gzip_of


def member(name, data=b"", kind=b"0", size=None, mode="0000644", link=b"", magic=b"ustar\x0000", checksum=None, prefix=b""):
    """A tar header and its data, in which everything may be wrong."""
    field = size if size is not None else f"{len(data):011o}\0".encode()
    head = name[:100].ljust(100, b"\0") + mode.encode() + b"\0" + b"0000000\0" * 2 + field[:12].ljust(12, b"\0") + b"00000000000\0" + b" " * 8 + kind
    head += link[:100].ljust(100, b"\0") + magic + b"\0" * 80 + prefix[:155].ljust(155, b"\0")
    head = head.ljust(512, b"\0")
    total = checksum if checksum is not None else f"{sum(head):06o}\0 ".encode()
    return head[:148] + total[:8].ljust(8, b"\0") + head[156:512] + data + b"\0" * (-len(data) % 512)


END = b"\0" * 1024


def pax(pairs):
    out = b""
    for key, value in pairs:
        line = b" " + key + b"=" + value + b"\n"
        length = len(line) + 1
        while len(str(length)) + len(line) != length:
            length = len(str(length)) + len(line)
        out += str(length).encode() + line
    return out


def tarballs(packets):
    """Each tarball, what it counts for (None where that is open), and the least."""
    one, two = packets[0], packets[1]
    M = member
    yield "zero bytes", b"", None, 0
    yield "no members", END, 0, 0
    yield "the archive's 44 bytes", gzip.compress(END * 10, mtime=0), 0, 0
    yield "gzip of nothing", gzip.compress(b"", mtime=0), None, 0
    yield "a web page", b"<html><body>404 Not Found</body></html>", None, 0
    yield "a gzipped web page", gzip.compress(b"<html>404</html>" * 100, mtime=0), None, 0
    yield "without an end mark", M(b"a.avro", one) + M(b"b.avro", two), None, 2
    yield "cut in a header", M(b"a.avro", one) + M(b"b.avro", two)[:300], None, 1
    yield "cut in a member", M(b"a.avro", one) + M(b"b.avro", two)[:5_000], None, 1
    yield "gzip cut", gzip.compress(M(b"a.avro", one) + M(b"b.avro", two) + END, mtime=0)[:-100], None, 1
    yield "gzip of a wrong checksum", gzip.compress(M(b"a.avro", one) + END, mtime=0)[:-8] + b"12345678", None, 1
    whole = M(b"a.avro", one) + M(b"b.avro", two) + END
    yield "two gzip members", gzip.compress(whole[:30_000], mtime=0) + gzip.compress(whole[30_000:], mtime=0), 2, 2
    yield "gzip, then zeros", gzip.compress(whole, mtime=0) + bytes(5_000), 2, 2
    yield "gzip, then text", gzip.compress(whole, mtime=0) + b"more" * 1_000, None, 2
    yield "tar in tar", M(b"inner.tar", whole) + M(b"c.avro", packets[2]) + END, None, 1
    yield "two tarballs, one behind the other", M(b"a.avro", one) + END + M(b"b.avro", two) + END, None, 1
    for name, size in {"-1": b"-0000000001\0", "letters": b"zzzzzzzzzzz\0", "base 256": b"\x80" + bytes(3) + struct.pack(">Q", len(one)), "base 256, most": b"\x80" + b"\xff" * 11, "base 256, negative": b"\xff" * 12,
            "8 GB": b"77777777777\0", "more than there is": b"00010000000\0", "less than there is": b"00000001000\0", "blank": b" " * 12, "zero": b"0" * 11 + b"\0"}.items():
        yield f"size: {name}", M(b"a.avro", one) + M(b"b.avro", two, size=size) + M(b"c.avro", packets[2]) + END, None, 1
    for kind, name in {b"1": "hard link", b"2": "symbolic link", b"3": "device", b"4": "block device", b"5": "folder", b"6": "FIFO", b"7": "contiguous", b"S": "sparse", b"D": "dump folder", b"M": "volume",
            b"V": "label", b"Z": "unknown", b"\xff": "no letter"}.items():
        yield f"kind: {name}", M(b"a.avro", one) + M(b"b.avro", kind=kind, link=b"b.avro") + M(b"c.avro", two) + END, None, 2
    yield "a folder with a size", M(b"a.avro", one) + M(b"d/", two, kind=b"5") + M(b"c.avro", packets[2]) + END, None, 1
    yield "wrong checksums", M(b"a.avro", one) + M(b"b.avro", two, checksum=b"000000\0 ") + END, None, 1
    for name, text in {"not UTF-8": b"\xff\xfe.avro", "escape": b"\x1b[2J\x1b]0;x\x07.avro", "newline": b"a\nb.avro", "up": b"../../../tmp/x.avro", "root": b"/etc/x.avro", "empty": b"", "bidi": "\u202eovra.avro".encode()}.items():
        yield f"name: {name}", M(text, one) + M(b"b.avro", two) + END, None, 1
        yield f"name of a broken one: {name}", M(text, b"Obj\x01" + b"\xff" * 60) + M(b"b.avro", two) + END, None, 1
    long = b"x" * 100_000 + b".avro"
    yield "GNU name of 100 kB", M(b"././@LongLink", long + b"\0", kind=b"L") + M(b"a.avro", one) + END, None, 0
    yield "GNU name of 50 MB", M(b"././@LongLink", bytes(50_000_000), kind=b"L") + M(b"a.avro", one) + END, None, 0
    yield "GNU name without a member", M(b"././@LongLink", long, kind=b"L") + END, None, 0
    yield "pax name of 100 kB", M(b"pax", pax([(b"path", long)]), kind=b"x") + M(b"a.avro", one) + END, None, 0
    yield "pax size", M(b"pax", pax([(b"size", str(len(one)).encode())]), kind=b"x") + M(b"a.avro", one, size=b"0" * 11 + b"\0") + END, None, 0
    for name, text in {"size -1": pax([(b"size", b"-1")]), "size huge": pax([(b"size", b"9" * 30)]), "length 0": b"0 path=x\n", "length huge": b"99999999999999999999 path=x\n", "no newline": b"12 path=xyzw", "no equals": b"9 pathxx\n",
            "100,000 records": pax([(b"comment", b"x")] * 100_000), "GNU sparse": pax([(b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"), (b"GNU.sparse.realsize", b"9999999999999"), (b"GNU.sparse.name", b"a.avro")])}.items():
        yield f"pax: {name}", M(b"pax", text, kind=b"x") + M(b"a.avro", one) + M(b"b.avro", two) + END, None, 0
    yield "global pax", M(b"pax", pax([(b"path", b"all.avro"), (b"size", b"7")]), kind=b"g") + M(b"a.avro", one) + END, None, 0
    yield "5,000 empty members", M(b"x.avro") * 5_000 + M(b"a.avro", one) + END, None, 1
    yield "100,000 folders", M(b"x/", kind=b"5") * 100_000 + M(b"a.avro", one) + END, 1, 1
    yield "GNU", tar(packets, tarfile.GNU_FORMAT), len(packets), len(packets)
    yield "pax", tar(packets, tarfile.PAX_FORMAT, "é" * 120), len(packets), len(packets)
    yield "ustar", tar(packets, tarfile.USTAR_FORMAT), len(packets), len(packets)
    yield "Apple's ._ files", M(b"._a.avro", b"\0\5\x16\7" + bytes(150)) + M(b"a.avro", one) + END, None, 1


def bombs(packets):
    """gzip that goes on for gigabytes; each is 8 MB or less."""
    one = packets[0]
    yield "8 GB of zeros alone", lambda: gzip_of(b"", 2 ** 33), None, 0
    yield "8 GB of zeros behind a packet", lambda: gzip_of(member(b"a.avro", one) + END, 2 ** 33), None, 1
    yield "a member of 8 GB of zeros", lambda: gzip_of(member(b"a.avro", one) + member(b"b.avro", size=b"\x80" + bytes(3) + struct.pack(">Q", 2 ** 33)), 2 ** 33), None, 1
    yield "a container of 8 GB", lambda: gzip_of(one, 2 ** 33), None, 1
    yield "a member that is a container and 8 GB of zeros", lambda: gzip_of(member(b"b.avro", size=b"\x80" + bytes(3) + struct.pack(">Q", 2 ** 33)) + one, 2 ** 33), None, 1


def tar(packets, form, prefix="d"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as file:
        for number, data in enumerate(packets):
            info = tarfile.TarInfo(f"{prefix}/{number}.avro")
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return out.getvalue()


# What is called like a packet and cannot be read is said, with status 1: a disk that is away must be noticed.
UNREADABLE = ("folders 200 deep", "a link to itself", "a link to nothing", "a file that must not be read")


def folders(packets):
    """Folders with what is no packet in them."""
    def fill(folder, others):
        def make(at):
            path = os.path.join(at, "night")
            os.makedirs(path)
            for number in (0, 1):
                with open(os.path.join(path, f"{number}.avro"), "wb") as file:
                    file.write(packets[number])
            others(path)
            return path, None, 0 if folder == "folders 200 deep" else 2
        return folder, make

    def write(path, name, data):
        with open(os.path.join(path.encode(), name), "wb") as file:
            file.write(data)

    yield fill("a FIFO among packets", lambda path: os.mkfifo(os.path.join(path, "f.avro")))
    yield fill("a folder named .avro", lambda path: os.makedirs(os.path.join(path, "d.avro")))
    yield fill("a link to itself", lambda path: os.symlink("loop.avro", os.path.join(path, "loop.avro")))
    yield fill("a link to the folder above", lambda path: os.symlink("..", os.path.join(path, "up")))
    yield fill("a link to nothing", lambda path: os.symlink("nothing", os.path.join(path, "n.avro")))
    yield fill("a link to a device", lambda path: os.symlink("/dev/zero", os.path.join(path, "zero.avro")))
    yield fill("an empty file", lambda path: write(path, b"e.avro", b""))
    yield fill("a name with an escape", lambda path: write(path, b"\x1b[2J\n.avro", packets[2]))
    yield fill("folders 200 deep", lambda path: os.makedirs(os.path.join(path, *["d"] * 200)))

    def not_text(path):
        write(path, b"\xff\xfe.avro", packets[2])
    folder, make = fill("a name that is not UTF-8", not_text)
    # Left out without a word is not allowed: it is a packet like the others, or the run says that it is left out.
    yield folder, lambda at: (*make(at)[:1], 3, 3)
    if os.geteuid() != 0:  # root may read everything
        def closed(path):
            write(path, b"closed.avro", packets[2])
            os.chmod(os.path.join(path, "closed.avro"), 0)
        yield fill("a file that must not be read", closed)


def sources(base, first, chosen):
    packets = [base.packet(first + number) for number in range(6)]

    def file(data, expected, least):
        def make(folder):
            made = data() if callable(data) else data
            path = os.path.join(folder, "night.tar.gz" if made[:2] == b"\x1f\x8b" else "night.tar")
            with open(path, "wb") as out:
                out.write(made)
            return path, expected, least
        return make

    for name, data, expected, least in tarballs(packets):
        if chosen(name):
            yield Source("tarballs", name, file(data, expected, least), damaged=expected is None, extra=3)
    for name, data, expected, least in bombs(packets):
        if chosen(name):
            yield Source("tarballs", name, file(data, expected, least), damaged=True, extra=3)
    for name, make in folders(packets):
        if chosen(name):
            yield Source("folders", name, make, damaged=name in UNREADABLE)
