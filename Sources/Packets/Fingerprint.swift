internal import COpenSSL

/// A source's key in the ledger: the SHA-256 of what tells it from others, in hexadecimal digits.
struct Fingerprint: ~Copyable {
    private let context: OpaquePointer?

    init() {
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds a value; its length goes before it, so that no two lists of values are the same bytes.
    func add(_ bytes: some Collection<UInt8>) {
        let value = withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { Array($0) } + bytes
        value.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    func add(_ number: Int64) { add(String(number).utf8) }

    /// The digest, 64 digits.
    consuming func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        digest.withUnsafeMutableBytes { _ = EVP_DigestFinal_ex(context, $0.baseAddress, nil) }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Of a stream: its name without the folders it lies in, its length where known, its first 64 KiB, and of a file what
    /// stands at sixteen more places.
    static func of(_ stream: ByteStream, name: String) -> String {
        let fingerprint = Fingerprint()
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
        let fingerprint = Fingerprint()
        fingerprint.add("folder".utf8)
        for file in files {
            fingerprint.add(file.path.utf8)
            fingerprint.add(file.size)
            fingerprint.add(file.changed)
        }
        return fingerprint.finish()
    }
}
