/// Why a source could not be read, or not to its end, and where.
package struct SourceError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Hashable, Sendable {
        case notFound
        case unreadable  // permissions, a directory instead of a file, a failing disk
        case unsupported  // an unknown kind of source
        case noPackets  // a folder or stream without anything that could be a packet
        case unknownFormat  // neither a tarball nor a container
        case truncated  // cut off; all whole packets before were returned
        case damaged  // invalid; all whole packets before were returned
        case stopped  // as requested; all whole packets before were returned
        case notFetched(status: Int?)  // HTTP; all whole packets before were returned
    }
    /// What kind of failure it is.
    package let code: Code
    /// The source as the user named it, without secrets.
    package let source: String
    /// The reason.
    package let detail: String
    /// Offset in the uncompressed stream, bytes.
    package var byte: Int64?
    /// Packets returned before.
    package var packets = 0
    /// Location of the last of them.
    package var last: PacketLocation?

    /// A failure to read a source, as the user names it.
    package init(_ code: Code, _ source: String, byte: Int64? = nil, _ detail: String) {
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

    /// The same error with what was read before it.
    func after(_ packets: Int, last: PacketLocation?) -> SourceError {
        var error = self
        error.packets = packets
        error.last = last
        return error
    }
}
