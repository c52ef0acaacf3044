internal import GoogleAuth
internal import Foundation

/// What Cloud Storage knows of an object besides its bytes.
package struct StorageObject: Hashable, Sendable {
    /// Where the object is.
    package let path: StoragePath
    /// Bytes.
    package let size: Int64
    /// Which of the objects that have had this name it is.
    package let generation: Int64
    /// Its media type.
    package let contentType: String
    /// The checksum of its bytes (see ``CRC32C``).
    package let crc32c: UInt32
    /// What its writer noted.
    package let metadata: [String: String]

    /// - Returns: `nil` for what is no object's resource of the JSON API.
    init?(_ fields: JSONObject) {
        guard let bucket = fields.text("bucket"), let name = fields.text("name"), let size = fields.number("size"),
            let generation = fields.number("generation"), let sum = fields.text("crc32c").flatMap(Self.sum)
        else { return nil }
        path = StoragePath(bucket: bucket, object: name)
        self.size = size
        self.generation = generation
        contentType = fields.text("contentType") ?? ""
        crc32c = sum
        metadata = fields.object("metadata")?.texts ?? [:]
    }

    /// A checksum as Cloud Storage writes it: base64 of its bytes, the highest first.
    static func text(ofSum sum: UInt32) -> String {
        withUnsafeBytes(of: sum.bigEndian) { Data($0) }.base64EncodedString()
    }

    static func sum(_ text: String) -> UInt32? {
        guard let bytes = Data(base64Encoded: text), bytes.count == 4 else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// An object to be written.
package struct StorageUpload: Sendable {
    /// When it may be written. Only with a condition a failed upload is tried again: it could undo another's otherwise.
    package enum Condition: Hashable, Sendable {
        case always
        case ifAbsent
        case ifGeneration(Int64)
    }
    /// Where the object is to be.
    package var path: StoragePath
    /// The object's content.
    package var bytes: [UInt8]
    /// Its media type.
    package var contentType: String
    /// What is kept with it, by name.
    package var metadata: [String: String]
    /// When it is written.
    package var condition: Condition

    /// An object to be written.
    package init(
        _ bytes: [UInt8], to path: StoragePath, contentType: String = "application/octet-stream",
        metadata: [String: String] = [:], condition: Condition
    ) {
        self.bytes = bytes
        self.path = path
        self.contentType = contentType
        self.metadata = metadata
        self.condition = condition
    }
}

/// What became of an upload.
package enum StorageUploaded: Hashable, Sendable {
    case created(StorageObject)
    /// Another object, or the same from an earlier try, has the name; nothing was changed.
    case alreadyThere
}
