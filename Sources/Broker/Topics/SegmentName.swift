internal import Avro
internal import Hashing
internal import SQLite
internal import Stages

/// A segment's name and its schema's fingerprint, from which its header follows but for the schema's text.
struct SegmentName: Hashable {
    /// Below the data folder, such as `archive/ztf/20240915/00000001.avro`.
    let path: String
    let fingerprint: String

    /// Depends on nothing else, so that the same records in the same segment are the same bytes.
    var sync: SyncMarker {
        SyncMarker(Digest.sha256(ArraySlice(path.utf8), ArraySlice(fingerprint.utf8))[..<SyncMarker.count])
    }

    /// The segment's first bytes.
    func header(_ schema: AvroSchema) -> [UInt8] { ContainerEncoder(schema: schema.json, sync: sync).header }

    /// The number in the path: segments are numbered from 1 in each folder.
    static func number(in path: String) -> Int? {
        let name = path.split(separator: "/").last ?? ""
        return name.hasSuffix(".avro") ? Int(name.dropLast(5)) : nil
    }

    static func path(folder: String, number: Int) -> String {
        let digits = String(number)
        return "\(folder)/\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).avro"
    }
}

/// Where one record lies, and what it was when it was written.
struct RecordPlace {
    let segment: SegmentName
    let position: Int64
    let length: Int64
    /// The CRC32C of the block's bytes; `nil` where an older Nightjar wrote it.
    let checksum: UInt32?

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
