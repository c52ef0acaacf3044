internal import Hashing

/// The SHA-256 over ids of alerts, by which two lists are compared.
package struct IdDigest: Sendable, Hashable {
    /// Different ids.
    package let count: Int
    /// Hexadecimal.
    package let sha256: String

    /// The digest of ids in any order; each counts once.
    ///
    /// In ascending order, each as decimal digits with a newline behind it: `sort -n ids.txt | uniq | sha256sum` gives the same.
    package init(_ ids: [Int64]) {
        var digest = Digest()
        var (bytes, count, last): ([UInt8], Int, Int64?) = ([], 0, nil)
        for id in ids.sorted() where id != last {
            bytes += "\(id)\n".utf8
            (count, last) = (count + 1, id)
            if bytes.count >= 1 << 16 {
                digest.add(bytes[...])
                bytes.removeAll(keepingCapacity: true)
            }
        }
        digest.add(bytes[...])
        self.count = count
        sha256 = Digest.hexadecimal(digest.finish())
    }
}
