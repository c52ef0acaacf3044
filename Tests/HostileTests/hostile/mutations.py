"""Packets altered at random: the same seed gives the same bytes."""
from case import Case
from record import zigzag

IN_PLACE = (0, 0, 1, 1, 1, 2)
ANY = (0, 1, 2, 3, 4, 5, 6, 7, 8)


def alter(chance, data, other, kinds):
    """Some changes to bytes: those in place keep the length, the others move all that follows."""
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        kind, at = chance.choice(kinds), chance.randrange(len(data) + 1)
        if kind == 0 and data:
            data[at % len(data)] ^= 1 << chance.randrange(8)
        elif kind == 1 and data:
            data[at % len(data)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif kind == 2 and len(data) > 64:
            length = min(chance.choice((4, 8, 32, 500)), len(data) // 4)
            first, second = sorted(chance.sample(range(len(data) - length), 2))
            data[first:first + length], data[second:second + length] = data[second:second + length], data[first:first + length]
        elif kind == 3:
            del data[at:]
        elif kind == 4:
            del data[at:at + chance.choice((1, 2, 8, 100, 5_000))]
        elif kind == 5:
            data[at:at] = chance.randbytes(chance.choice((1, 2, 9, 300)))
        elif kind == 6:
            data[at:at] = data[at:at + chance.choice((1, 8, 64, 1_000))]
        elif kind == 7:
            data[at:] = other[min(at, len(other)):]
        elif kind == 8:
            data[at:at + 10] = b"\xff" * 9 + chance.choice((b"\1", b"\x7f", b""))
    return bytes(data)


def split(packet):
    """A container with one block as header, count and size, block, and marker; nothing where it is none."""
    sync = packet[-16:]
    start = packet.find(sync)
    if not packet.startswith(b"Obj\1") or start < 0 or start + 16 >= len(packet) - 16:
        return None
    at = start + 16
    numbers = at
    for _ in range(2):
        while numbers < len(packet) and packet[numbers] & 128:
            numbers += 1
        numbers += 1
    return packet[:at], packet[at:numbers], packet[numbers:-16], sync


def altered(chance, packet, other):
    """Half of the changes are in a record of its right length, mostly in place and where the fields are, not the images."""
    parts = split(packet)
    where = chance.random()
    if parts is None or where < 0.25:
        return alter(chance, packet, other, ANY)
    header, _, body, sync = parts
    if where < 0.4:
        header = alter(chance, header, other[:len(header)], IN_PLACE if where < 0.35 else ANY)
        return header + packet[len(parts[0]):]
    kinds = IN_PLACE if where < 0.85 else ANY
    fields = min(len(body), chance.choice((300, 1_500, 6_000, len(body))))
    body = alter(chance, body[:fields], other[-len(body):][:fields], kinds) + body[fields:]
    return header + zigzag(1) + zigzag(len(body)) + body + sync


def cases(chance, makers, count):
    """`makers` make the packet of a number."""
    for number in range(count):
        packet, other = chance.choice(makers)(number), chance.choice(makers)(number)
        yield Case(f"mutation {number}", altered(chance, packet, other) or b"\0", None)
