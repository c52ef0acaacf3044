package import Avro
internal import Hashing
internal import Pipeline

/// A segment's name and its schema's fingerprint, from which its header follows but for the schema's text.
package struct SegmentName: Hashable {
    /// What a segment's name has behind it while it grows.
    package static let openSuffix = ".open"

    /// Below the data folder, such as `archive/ztf/20240915/00000001.avro`.
    package let path: String
    /// Of the schema.
    package let fingerprint: String

    /// The name of a segment at a path.
    package init(path: String, fingerprint: String) {
        self.path = path
        self.fingerprint = fingerprint
    }

    /// Depends on nothing else, so that the same records in the same segment are the same bytes.
    package var sync: SyncMarker {
        SyncMarker(Digest.sha256(ArraySlice(path.utf8), ArraySlice(fingerprint.utf8))[..<SyncMarker.count])
    }

    /// The segment's first bytes.
    package func header(_ schema: AvroSchema) -> [UInt8] { ContainerEncoder(schema: schema.json, sync: sync).header }

    /// The number in the path: segments are numbered from 1 in each folder.
    package static func number(in path: String) -> Int? {
        let name = path.split(separator: "/").last ?? ""
        return name.hasSuffix(".avro") ? Int(name.dropLast(5)) : nil
    }

    /// The path of a folder's segment.
    package static func path(folder: String, number: Int) -> String {
        let digits = String(number)
        return "\(folder)/\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).avro"
    }
}
