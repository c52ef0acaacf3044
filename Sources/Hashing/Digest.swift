internal import CCrypto

/// A SHA-256 digest (FIPS 180-4) of bytes that come in pieces, computed by OpenSSL.
package struct Digest: ~Copyable {
    private let context: OpaquePointer?

    /// A digest of nothing yet.
    package init() {
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes behind those that were added before.
    package mutating func add(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { bytes in _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }
    }

    /// The digest of all that was added, 32 bytes.
    package consuming func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
        return digest
    }

    /// The SHA-256 of `parts`, one behind the other: 32 bytes.
    package static func sha256(_ parts: ArraySlice<UInt8>...) -> [UInt8] {
        var digest = Digest()
        for part in parts { digest.add(part) }
        return digest.finish()
    }

    /// `bytes` in lower-case hexadecimal digits, two a byte.
    package static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
