package import Protobuf

/// `google.rpc.ErrorInfo`: why a call failed, in words for programs, as it lies in an error's details.
package struct ErrorInfo: ProtobufMessage, Hashable {
    /// The reason, a constant such as `RATE_LIMIT_EXCEEDED`.
    package var reason = ""
    /// Who has defined the reason.
    package var domain = ""
    /// What the reason is about, by name.
    package var metadata: [String: String] = [:]

    /// Reads a message.
    package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
        while let (field, _) = try reader.next() {
            switch field {
            case 1: reason = try reader.string()
            case 2: domain = try reader.string()
            case 3:
                let (key, value) = try reader.mapEntry()
                metadata[key] = value
            default: try reader.skip()
            }
        }
    }

    /// Writes the message.
    package func write(to writer: inout ProtobufWriter) {
        writer.string(1, reason.ifSet)
        writer.string(2, domain.ifSet)
        writer.map(3, metadata)
    }

    /// Those in a serialized `google.rpc.Status`; none where it is no such message, since an error's details only help.
    package static func all(in details: [UInt8]) -> [ErrorInfo] {
        (try? Status(serialized: details))?.infos ?? []
    }

    /// `google.rpc.Status`, of which only the details are read.
    private struct Status: ProtobufMessage {
        var infos: [ErrorInfo] = []

        init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                guard field == 3 else {
                    try reader.skip()
                    continue
                }
                // A `google.protobuf.Any`: the type's address, and a message of that type.
                var any = try reader.nested()
                var type = ""
                var value: ArraySlice<UInt8> = []
                while let (field, _) = try any.next() {
                    switch field {
                    case 1: type = try any.string()
                    case 2: value = try any.bytes()
                    default: try any.skip()
                    }
                }
                guard type.hasSuffix("/google.rpc.ErrorInfo") else { continue }
                var body = ProtobufReader(value)
                infos.append(try ErrorInfo(&body))
            }
        }

        func write(to writer: inout ProtobufWriter) {}
    }
}
