package import Protobuf

/// `google.protobuf.Timestamp`: a time, UTC.
package struct ProtobufTimestamp: ProtobufMessage, Hashable, Comparable {
    /// Since 1970-01-01 UTC.
    package var seconds: Int64 = 0
    /// 0 to 999,999,999.
    package var nanoseconds: Int32 = 0

    /// - Parameters:
    ///   - seconds: Since 1970-01-01 UTC.
    ///   - nanoseconds: 0 to 999,999,999.
    package init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
        while let (field, _) = try reader.next() {
            switch field {
            case 1: seconds = try reader.int64()
            case 2: nanoseconds = try reader.int32()
            default: try reader.skip()
            }
        }
    }

    package func write(to writer: inout ProtobufWriter) {
        writer.int64(1, seconds.ifSet)
        writer.int32(2, nanoseconds.ifSet)
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

/// `google.protobuf.Duration`.
struct ProtobufDuration: ProtobufMessage {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init(_ reader: inout ProtobufReader) throws(ProtobufError) {
        var seconds: Int64 = 0
        var nanoseconds: Int32 = 0
        while let (field, _) = try reader.next() {
            switch field {
            case 1: seconds = try reader.int64()
            case 2: nanoseconds = try reader.int32()
            default: try reader.skip()
            }
        }
        duration = .seconds(seconds) + .nanoseconds(Int64(nanoseconds))
    }

    func write(to writer: inout ProtobufWriter) {
        let (seconds, attoseconds) = duration.components
        writer.int64(1, seconds.ifSet)
        writer.int32(2, Int32(attoseconds / 1_000_000_000).ifSet)
    }
}

/// `google.protobuf.Empty`.
struct ProtobufEmpty: ProtobufMessage {
    init() {}
    init(_ reader: inout ProtobufReader) throws(ProtobufError) { while try reader.next() != nil { try reader.skip() } }
    func write(to writer: inout ProtobufWriter) {}
}
