internal import Escaping
internal import GoogleAuth

/// Where an object lies: `gs://bucket/object`.
package struct StoragePath: Hashable, Sendable, CustomStringConvertible {
    /// The bucket's name.
    package let bucket: String
    /// The object's name in the bucket.
    package let object: String

    /// The path of an object in a bucket.
    package init(bucket: String, object: String) {
        self.bucket = bucket
        self.object = object
    }

    /// Reads `gs://bucket/object`; `nil` for anything else.
    package init?(_ text: String) {
        guard text.hasPrefix("gs://") else { return nil }
        let parts = text.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        self.init(bucket: String(parts[0]), object: String(parts[1]))
    }

    package var description: String { "gs://\(bucket)/\(object)" }

    /// The object in the JSON API.
    func resource() throws(GoogleCloudError) -> String {
        try Self.check(object: object, in: bucket)
        return "\(try Self.resource(bucket: bucket))/o/\(PercentEncoding.escape(object))"
    }

    /// A bucket in the JSON API.
    static func resource(bucket: String) throws(GoogleCloudError) -> String {
        let allowed = bucket.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || [45, 46, 95].contains($0)
        }
        guard allowed, (3...222).contains(bucket.utf8.count) else {
            throw StorageClient.error(
                .invalidArgument, "gs://\(bucket)",
                "a bucket's name has 3 to 222 small letters, digits, dots, dashes and underscores")
        }
        return "b/\(bucket)"
    }

    /// Cloud Storage, "Object name requirements".
    static func check(object: String, in bucket: String) throws(GoogleCloudError) {
        guard (1...1_024).contains(object.utf8.count), !object.utf8.contains(where: { $0 == 10 || $0 == 13 }),
            object != ".", object != ".."
        else {
            throw StorageClient.error(
                .invalidArgument, "gs://\(bucket)",
                "an object's name has 1 to 1024 bytes without line breaks, and is neither . nor ..")
        }
    }
}
