"""Writes ONNX models with what Python itself has, so that the same weights give the same bytes everywhere.

An ONNX file is one protocol buffer, ModelProto of onnx.proto3; the numbers below are its fields'.
"""
import array
import struct
import sys

FLOAT, INT64 = 1, 7


def varint(number):
    """A number as protocol buffers write it; negative ones as 64 bits."""
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out + bytes([number]))


def field(number, value):
    """A field: an int as varint, a float as 32 bits, text or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def little_endian(numbers, kind):
    values = array.array(kind, numbers)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def tensor(name, shape, numbers, kind=FLOAT):
    """A constant of a graph (TensorProto)."""
    raw = little_endian(numbers, "f" if kind == FLOAT else "q")
    return b"".join(field(1, side) for side in shape) + field(2, kind) + field(8, name) + field(9, raw)


def attribute(name, value):
    """A node's attribute (AttributeProto): an int, a float, a text, or a list of ints."""
    if isinstance(value, list):
        return field(1, name) + b"".join(field(8, number) for number in value) + field(20, 7)
    number, kind = {int: (3, 2), float: (2, 1), str: (4, 3)}[type(value)]
    return field(1, name) + field(number, value) + field(20, kind)


def node(operator, inputs, outputs, **attributes):
    """A node (NodeProto). An input that is left out is an empty name."""
    return (b"".join(field(1, name) for name in inputs) + b"".join(field(2, name) for name in outputs)
            + field(3, f"{operator}_{outputs[0]}") + field(4, operator)
            + b"".join(field(5, attribute(*pair)) for pair in sorted(attributes.items())))


def value(name, shape):
    """What goes into a graph or comes out of it (ValueInfoProto). A side that is a text may have any length."""
    sides = b"".join(field(1, field(1 if isinstance(side, int) else 2, side)) for side in shape)
    return field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, sides)))


def model(name, nodes, tensors, inputs, outputs, note="", operators=17):
    """The bytes of a model file: a graph of the operators of a version of ONNX."""
    graph = (b"".join(field(1, part) for part in nodes) + field(2, name) + b"".join(field(5, part) for part in tensors)
             + b"".join(field(11, part) for part in inputs) + b"".join(field(12, part) for part in outputs))
    return (field(1, 8) + field(2, "nightjar") + field(6, note) + field(7, graph)
            + field(8, field(1, "") + field(2, operators)))
