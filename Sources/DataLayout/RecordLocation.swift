internal import SQLite

/// Where one record lies, and what it was when it was written.
struct RecordLocation {
    let segment: SegmentName
    let position: Int64
    let length: Int64
    /// The CRC32C of the block's bytes; `nil` where an older Nightjar wrote it.
    let checksum: UInt32?

    init(segment: SegmentName, position: Int64, length: Int64, checksum: UInt32?) {
        self.segment = segment
        self.position = position
        self.length = length
        self.checksum = checksum
    }

    /// Whether a record can lie there; a damaged index has any numbers.
    var isPossible: Bool {
        let longest = SegmentReader.longestBlock
        return (1...longest).contains(length) && (0...Int64.max - longest).contains(position)
    }

    /// Of the tables `segments` and `messages`, as `s` and `m`.
    static let columns = "s.path, s.fingerprint, m.position, m.length, m.checksum"

    /// Reads ``columns`` of a row, the first of which is the `first`.
    init(_ row: Statement, from first: Int) {
        segment = SegmentName(path: row.text(first) ?? "", fingerprint: row.text(first + 1) ?? "")
        position = row.integer(first + 2)
        length = row.integer(first + 3)
        checksum = row.isNull(first + 4) ? nil : UInt32(truncatingIfNeeded: row.integer(first + 4))
    }
}
