/// Why a source could not be read, or not to its end, and where that was.
package struct SourceError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Hashable, Sendable {
        case notFound
        case unreadable  // permissions, a directory where a file should be, a failing disk
        case unsupported  // a kind of source that this reader does not know
        case noPackets  // a folder or stream with nothing in it that could be a packet
        case unknownFormat  // neither a tarball nor a container
        case truncated  // cut off; all whole packets before were given
        case damaged  // not what the format allows; all whole packets before were given
        case stopped  // as the caller asked; all whole packets before were given
        case notFetched(status: Int?)  // HTTP; all whole packets before were given
    }
    /// What kind of failure it is.
    package let code: Code
    /// As the user named it, without secrets.
    package let source: String
    /// What is wrong.
    package let detail: String
    /// Offset in the uncompressed stream, bytes.
    package var byte: Int64?
    /// Packets given before.
    package var packets = 0
    /// Where the last of them was.
    package var last: PacketLocation?

    init(_ code: Code, _ source: String, byte: Int64? = nil, _ detail: String) {
        self.code = code
        self.source = source
        self.byte = byte
        self.detail = detail
    }

    package var description: String {
        var text = "\(source): \(detail)"
        if let byte { text += " at byte \(byte)" }
        if let last {
            text += ", after \(packets) whole packets, the last of them \(last.member ?? "at byte \(last.byte)")"
        }
        return text
    }

    /// The same error, saying what was read before it.
    func after(_ packets: Int, last: PacketLocation?) -> SourceError {
        var error = self
        error.packets = packets
        error.last = last
        return error
    }
}
