"""Cutouts that are no images, or images that no telescope makes, in packets that are fitted and drawn."""
import gzip
import random
import struct
import zlib

import bases
import record
from case import Batch, Case
from containers import repeated

PIXELS = bases.fits()[2880:]


def table(rows, columns):
    cards = [("PCOUNT", 5_000), ("GCOUNT", 1), ("TFIELDS", columns)]
    first = bases.fits(axes=(), bitpix=8, pixels=b"")
    text = bases.fits(axes=(40, rows), bitpix=8, extra=cards, pixels=bytes(40 * rows))
    return first + b"XTENSION= 'BINTABLE'".ljust(80) + text[80:]


def compressed():
    """The header of an image compressed by Rice's method, over bytes that are none."""
    cards = [("PCOUNT", 40_000), ("GCOUNT", 1), ("TFIELDS", 1), ("TTYPE1", "'COMPRESSED_DATA'"), ("TFORM1", "'1PB(9000)'"), ("ZIMAGE", "T"),
        ("ZCMPTYPE", "'RICE_1  '"), ("ZBITPIX", -32), ("ZNAXIS", 2), ("ZNAXIS1", 63), ("ZNAXIS2", 63), ("ZTILE1", 63), ("ZTILE2", 1)]
    first = bases.fits(axes=(), bitpix=8, pixels=b"")
    body = struct.pack(">ii", 8_000, 2_000_000_000) * 63 + random.Random(3).randbytes(40_000)
    text = bases.fits(axes=(8, 63), bitpix=8, extra=cards, pixels=body)
    return first + b"XTENSION= 'BINTABLE'".ljust(80) + text[80:]


def png(width, height):
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(bytes(5_000))) + chunk(b"IEND", b"")


def gzip_of(head, zeros, tail=b""):
    """A gzip file that inflates to far more than it is."""
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + repeated(head, zeros, tail) + b"\0" * 8


def kinds():
    """Twenty kinds of image, each in a few forms. All are gzipped, as ZTF's are, but for those that are gzip themselves."""
    F = bases.fits
    text = F()
    card = lambda name, value: f"{name:<8}= {value!s:>20}".ljust(80)[:80].encode()
    swap = lambda name, old, new: text.replace(card(name, old), card(name, new), 1)
    yield "NAXIS", {f"{number}": swap("NAXIS", 2, number) for number in (999, 1000, 10 ** 6, -1, 0, 1, 3, "2.5", "T", "'two'")}
    yield "NAXIS with its axes", {str(count): F(axes=(1,) * (count - 2) + (63, 63)) for count in (3, 4, 40, 999)}
    yield "PCOUNT", {str(count): F(extra=[("PCOUNT", count), ("GCOUNT", 1)]) for count in (1, 3_000, 15_876, 10 ** 9, -5, 2 ** 62)}
    yield "GCOUNT", {str(count): F(extra=[("PCOUNT", 0), ("GCOUNT", count)]) for count in (0, 2, 5_000, -1, 2 ** 62)}
    yield "random groups", {"T": F(axes=(0, 63, 63), extra=[("GROUPS", "T"), ("PCOUNT", 3_000), ("GCOUNT", 7)], pixels=PIXELS)}
    yield "NAXIS1", {str(size): swap("NAXIS1", 63, size) for size in (0, -1, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 62, 10 ** 20, 20_000, 64)}
    yield "both sizes", {f"{a} by {b}": F(axes=(a, b), pixels=PIXELS) for a, b in ((2 ** 16, 2 ** 16), (2 ** 32, 2 ** 32), (1, 4_000_000), (3_000, 3_000), (0, 0))}
    yield "BITPIX", {str(bits): swap("BITPIX", -32, bits) for bits in (0, 7, 8, 16, 32, 64, -64, 128, -2 ** 31, "'x'")}
    yield "data shorter than said", {str(size): F()[:2880 + size] for size in (0, 1, 100, 8_000, 15_000)}
    yield "header without an end", {"no END": F(end=False), "cut": F()[:1_000], "END after 20 MB": bases.fits(end=False)[:2880] + b" " * 20_000_000 + b"END".ljust(2880)}
    yield "header of many cards", {"200,000 cards": F(extra=[(f"C{number}", number) for number in range(200_000)])}
    yield "scale", {f"{name} {value}": F(extra=[(name, value)]) for name in ("BSCALE", "BZERO", "BLANK") for value in ("NaN", "1E308", "-1E308", "0", "''", "1E99999")}
    fill = lambda value: struct.pack(">f", value) * (63 * 63)
    yield "pixels", {str(value): F(pixels=fill(value)) for value in (float("nan"), float("inf"), -float("inf"), 3.4e38, -3.4e38, 1e-45, 0.0)}
    yield "few good pixels", {"one": F(pixels=fill(float("nan"))[4:] + struct.pack(">f", 5.0)), "extremes": F(pixels=struct.pack(">ff", 3.4e38, -3.4e38) * 1_985)}
    yield "JPEG", {"header": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(5_000)}
    yield "PNG", {"small": png(63, 63), "huge": png(2 ** 31 - 1, 2 ** 31 - 1)}
    yield "tables", {"of 999 columns": table(10, 999), "of -1 columns": table(10, -1), "Rice": compressed()}
    yield "random bytes", {"1 kB": random.Random(5).randbytes(1_000), "SIMPLE and random": b"SIMPLE  =                    T".ljust(80) + random.Random(6).randbytes(9_000)}
    yield "extended syntax", {"file name": b"../../etc/passwd", "shell": b"sh://touch /tmp/x", "CONTINUE": F(extra=[("HIERARCH a b", "'x&'"), ("CONTINUE", "'y&'")] * 50)}
    yield "empty", {"empty": b""}


def raw_kinds():
    whole = gzip.compress(bases.fits(), mtime=0)
    yield "gzip", {"cut": whole[:len(whole) // 2], "header alone": whole[:10], "a wrong checksum": whole[:-8] + b"12345678", "twice": whole + whole, "gzip in gzip": gzip.compress(whole),
        "of nothing": gzip.compress(b""), "text": b"no image", "extra of 65,535": b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\xff\xff" + bytes(65_535) + whole[10:], "a name without end": b"\x1f\x8b\x08\x08" + b"x" * 50_000}
    yield "gzip bomb", {"1 GB": gzip_of(bases.fits(), 2 ** 30), "4 GB": gzip_of(b"", 2 ** 32), "a sound image, then 1 GB": gzip_of(bases.fits(), 2 ** 30)}


PLACES = ("cutoutScience", "cutoutTemplate", "cutoutDifference")


def cases(base, first):
    number = first
    for packs, groups in ((True, kinds()), (False, raw_kinds())):
        for kind, forms in groups:
            for form, data in forms.items():
                stamp = gzip.compress(data, 1, mtime=0) if packs and base.survey == "ztf" else data
                for place in PLACES if len(stamp) < 10_000 else PLACES[:1]:
                    path = f"{place}.stampData" if base.survey == "ztf" else place
                    schema = base.record.places[path].schema
                    encoded = base.record.encode(schema, stamp)
                    yield Case(f"{place}: {kind}, {form}", base.packet(number, {path: encoded}), 1)
                    number += 1


def batches(base, first, chosen):
    made = [case for case in cases(base, first) if chosen(case.name)]
    for start in range(0, len(made), 20):
        yield Batch(f"images, {base.name}", f"images {start}", base, made[start:start + 20], fitted=True, drawn=True, extra=2)
