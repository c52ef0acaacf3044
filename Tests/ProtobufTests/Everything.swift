import Protobuf

/// The message of `echo.py`: one field of each kind.
struct Everything: ProtobufMessage, Equatable {
    var int64: Int64 = 0
    var int32: Int32 = 0
    var sint64: Int64 = 0
    var bool = false
    var fixed64: UInt64 = 0
    var fixed32: UInt32 = 0
    var double = 0.0
    var float: Float = 0
    var string = ""
    var bytes: [UInt8] = []
    var uint64: UInt64 = 0
    var inner: [Everything] = []
    var packed: [UInt64] = []
    var map: [String: String] = [:]

    init() {}

    init(_ reader: inout ProtobufReader) throws(ProtobufError) {
        while let (field, _) = try reader.next() {
            switch field {
            case 1: int64 = try reader.int64()
            case 2: int32 = try reader.int32()
            case 3: sint64 = try reader.sint64()
            case 4: bool = try reader.bool()
            case 5: fixed64 = try reader.fixed64()
            case 6: fixed32 = try reader.fixed32()
            case 7: double = try reader.double()
            case 8: float = try reader.float()
            case 9: string = try reader.string()
            case 10: bytes = Array(try reader.bytes())
            case 11: uint64 = try reader.varint()
            case 16: inner.append(try reader.message())
            case 2047: try reader.varints(into: &packed)
            case 536_870_911:
                let (key, value) = try reader.mapEntry()
                map[key] = value
            default: try reader.skip()
            }
        }
    }

    func write(to writer: inout ProtobufWriter) {
        writer.int64(1, int64.ifSet)
        writer.int32(2, int32.ifSet)
        writer.sint64(3, sint64.ifSet)
        writer.bool(4, bool.ifSet)
        writer.fixed64(5, fixed64.ifSet)
        writer.fixed32(6, fixed32 == 0 ? nil : fixed32)
        writer.double(7, double.ifSet)
        writer.float(8, float == 0 ? nil : float)
        writer.string(9, string.ifSet)
        writer.bytes(10, bytes.ifSet)
        writer.varint(11, uint64.ifSet)
        for each in inner { writer.message(16, each) }
        writer.packed(2047, packed)
        writer.map(536_870_911, map)
    }
}
