"""Packets altered at random: the same seed gives the same bytes."""
import random

from case import Case


def mutate(chance, packet, other):
    data = bytearray(packet)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        kind = chance.randrange(9)
        at = chance.randrange(len(data) + 1) if data else 0
        if kind == 0 and data:
            data[at % len(data)] ^= 1 << chance.randrange(8)
        elif kind == 1 and data:
            data[at % len(data)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif kind == 2:
            del data[at:]
        elif kind == 3:
            del data[at:at + chance.choice((1, 2, 8, 100, 5_000))]
        elif kind == 4:
            data[at:at] = chance.randbytes(chance.choice((1, 2, 9, 300)))
        elif kind == 5:
            length = chance.choice((1, 8, 64, 1_000))
            data[at:at] = data[at:at + length]
        elif kind == 6 and len(data) > 64:
            length = min(chance.choice((4, 32, 500)), len(data) // 4)
            first, second = sorted(chance.sample(range(len(data) - length), 2))
            data[first:first + length], data[second:second + length] = data[second:second + length], data[first:first + length]
        elif kind == 7:
            data[at:] = other[min(at, len(other)):]
        elif kind == 8:
            data[at:at + 10] = b"\xff" * 9 + chance.choice((b"\1", b"\x7f", b""))
    return bytes(data)


def maker(base, first):
    """Packets of a base: how they are made, and where their fields are."""
    return lambda number: base.packet(first + number), len(base.header), 9_000


def fixed(data):
    """One packet, always the same."""
    schema_end = data.find(b"\0", 40)
    return lambda number: data, max(0, min(schema_end, len(data))), 9_000


def cases(chance, packets, count):
    """`packets` are (make(number), header's length, length of the fields); most changes fall there, not in the images."""
    for number in range(count):
        make, skeleton, body = packets[chance.randrange(len(packets))]
        packet, other = make(number), packets[chance.randrange(len(packets))][0](number)
        where = chance.random()
        if where < 0.15:  # the header: schema and codec
            head = mutate(chance, packet[:skeleton], other[:skeleton])
            data = head + packet[skeleton:]
        elif where < 0.75:  # the fields
            fields = mutate(chance, packet[skeleton:skeleton + body], other[skeleton:skeleton + body])
            data = packet[:skeleton] + fields + packet[skeleton + body:]
        else:
            data = mutate(chance, packet, other)
        yield Case(f"mutation {number}", data or b"\0", None)
