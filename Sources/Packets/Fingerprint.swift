internal import Hashing

/// A source's key in the ledger: the SHA-256 of what tells it from others, in hexadecimal digits.
struct Fingerprint: ~Copyable {
    private var digest = Digest()

    /// Adds a value; its length goes before it, so that no two lists of values are the same bytes.
    mutating func add(_ bytes: some Collection<UInt8>) {
        let value = withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { Array($0) } + bytes
        digest.add(value[...])
    }

    mutating func add(_ number: Int64) { add(String(number).utf8) }

    /// The digest, 64 digits.
    consuming func finish() -> String { Digest.hexadecimal(digest.finish()) }

    /// Of a stream: its name without the folders it lies in, its length where known, its first 64 KiB, and of a file what
    /// stands at sixteen more places.
    static func of(_ stream: ByteStream, name: String) -> String {
        var fingerprint = Fingerprint()
        fingerprint.add("stream".utf8)
        fingerprint.add((name.split(separator: "/").last ?? "").utf8)
        fingerprint.add(stream.input.total ?? -1)
        fingerprint.add(stream.head)
        fingerprint.add(stream.input.samples(behind: ByteStream.headBytes))
        return fingerprint.finish()
    }

    /// Of a folder: paths below it, sizes, and when each file was changed last. A look into each of a million files would
    /// take as long as reading them.
    static func of(_ files: [FolderFile]) -> String {
        var fingerprint = Fingerprint()
        fingerprint.add("folder".utf8)
        for file in files {
            fingerprint.add(file.path.utf8)
            fingerprint.add(file.size)
            fingerprint.add(file.changed)
        }
        return fingerprint.finish()
    }
}
