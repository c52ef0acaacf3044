import Protobuf
import Testing

/// The bytes of https://protobuf.dev/programming-guides/encoding/: field 1 holds 150; field 2 "testing".
@Test func theSpecificationsExamples() throws {
    var writer = ProtobufWriter()
    writer.int64(1, 150)
    writer.string(2, "testing")
    #expect(writer.bytes == [0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67])
    // -2 takes ten bytes.
    writer = ProtobufWriter()
    writer.int32(1, -2)
    #expect(writer.bytes == [0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])
    #expect(try Everything(serialized: [0x08, 0x96, 0x01]).int64 == 150)
}

@Test func nothingIsWrittenForNil() {
    var writer = ProtobufWriter()
    writer.int64(1, nil)
    writer.string(2, "".ifSet)
    writer.bytes(3, [UInt8]?.none)
    writer.message(4, Everything?.none)
    #expect(writer.bytes.isEmpty)
    writer.bool(5, false)
    #expect(writer.bytes == [0x28, 0x00])
}

/// A number may come packed or not, whatever the definition says.
@Test func unpackedNumbersAreRead() throws {
    // Field 2047, type 0, twice: the tag is 2047 << 3 = 16376, bytes f8 7f.
    #expect(try Everything(serialized: [0xf8, 0x7f, 0x05, 0xf8, 0x7f, 0x06]).packed == [5, 6])
}

@Test(
    "skips fields it does not know",
    arguments: [
        [0x60, 0x96, 0x01],  // field 12, a varint
        [0x61, 1, 2, 3, 4, 5, 6, 7, 8],  // 64 bits
        [0x62, 0x02, 0xff, 0xff],  // two bytes
        [0x65, 1, 2, 3, 4],  // 32 bits
        [0x63, 0x08, 0x01, 0x6b, 0x08, 0x01, 0x6c, 0x64],  // a group 12 with a group 13 in it
    ] as [[UInt8]]) func unknownFields(unknown: [UInt8]) throws
{
    #expect(try Everything(serialized: unknown + [0x08, 0x07]).int64 == 7)
}

@Test(
    "refuses what is no message",
    arguments: [
        ([0x08], .truncated, 1),
        ([0x08, 0x80], .truncated, 2),
        ([0x08] + [UInt8](repeating: 0xff, count: 9) + [0x02], .varintTooLong, 11),
        ([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], .varintTooLong, 10),
        ([0x29, 1, 2, 3], .truncated, 1),
        ([0x4a, 0x05, 0x61], .truncated, 2),
        ([0x4a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x61], .truncated, 11),
        ([0x4a, 0x02, 0xc3, 0x28], .invalidUTF8, 4),
        ([0x00, 0x01], .invalidTag, 1),
        ([0x0e, 0x01], .invalidTag, 1),
        ([0x80, 0x80, 0x80, 0x80, 0x10, 0x01], .invalidTag, 5),
        ([0x0a, 0x00], .wrongType, 1),
        ([0x64], .unbalancedGroup, 1),
        ([0x63, 0x08, 0x01], .unbalancedGroup, 3),
        ([0x63, 0x6c], .unbalancedGroup, 2),
        // The length of the inner message goes past that of the outer one: the error's place counts from the outermost.
        ([0x82, 0x01, 0x02, 0x52, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00], .truncated, 5),
    ] as [([UInt8], ProtobufError.Code, Int)]) func malformed(
        bytes: [UInt8], code: ProtobufError.Code, offset: Int
    ) throws
{
    let error = try #require(throws: ProtobufError.self) { try Everything(serialized: bytes) }
    #expect(error.code == code && error.offset == offset, "\(error)")
}

@Test func nestingIsBounded() throws {
    func nested(_ levels: Int) -> [UInt8] {
        var message = Everything()
        for _ in 0..<levels {
            var outer = Everything()
            outer.inner = [message]
            message = outer
        }
        return message.serialized
    }
    #expect(throws: Never.self) { try Everything(serialized: nested(ProtobufReader.deepest)) }
    let error = try #require(throws: ProtobufError.self) {
        try Everything(serialized: nested(ProtobufReader.deepest + 1))
    }
    #expect(error.code == .nestedTooDeep)
    // Groups too, which take a byte a level.
    let groups = [UInt8](repeating: 0x63, count: 10_000)
    #expect(try #require(throws: ProtobufError.self) { try Everything(serialized: groups) }.code == .nestedTooDeep)
}

/// Whatever the bytes are, the reader ends with a message or an error.
@Test func anyBytesEnd() {
    var random = SystemRandomNumberGenerator()
    var whole = Everything()
    whole.string = "seven"
    whole.inner = [Everything(), whole, whole]
    whole.map = ["a": "b"]
    let bytes = whole.serialized
    for _ in 0..<20_000 {
        var changed = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            changed[Int.random(in: changed.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        changed.removeLast(Int.random(in: 0...changed.count, using: &random))
        if let read = try? Everything(serialized: changed) { #expect(read.serialized.count < 20 * bytes.count) }
    }
}
