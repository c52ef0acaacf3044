internal import Hashing

/// A source's key in the ledger: the SHA-256 of what identifies it, in hexadecimal digits.
struct Fingerprint: ~Copyable {
    private var digest = Digest()

    /// Adds a value after its length, so that two lists of values never have the same bytes.
    mutating func add(_ bytes: some Collection<UInt8>) {
        let value = withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { Array($0) } + bytes
        digest.add(value[...])
    }

    mutating func add(_ number: Int64) { add(String(number).utf8) }

    /// The digest, 64 digits.
    consuming func finish() -> String { Digest.hexadecimal(digest.finish()) }

    /// Of a stream: its file name, its length where known, its first 64 KiB, and for a file samples at sixteen more offsets.
    static func of(_ stream: ByteStream, name: String) -> String {
        var fingerprint = Fingerprint()
        fingerprint.add("stream".utf8)
        fingerprint.add((name.split(separator: "/").last ?? "").utf8)
        fingerprint.add(stream.input.total ?? -1)
        fingerprint.add(stream.head)
        fingerprint.add(stream.input.samples(behind: ByteStream.headBytes))
        return fingerprint.finish()
    }

    /// Of a folder: the paths, sizes and modification times of its files. Opening each of a million files would take as long
    /// as reading them.
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
