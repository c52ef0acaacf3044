internal import CCrypto

/// An RSA public key that checks signatures with SHA-256 (RS256: RFC 7518, 3.3).
package struct VerifyingKey: Sendable {
    private let modulus: [UInt8]
    private let exponent: [UInt8]

    /// `nil` for any other numbers.
    ///
    /// - Parameters:
    ///   - modulus: Big-endian, 2048 to 8192 bits.
    ///   - exponent: Big-endian, odd, at least 3, at most 4 bytes.
    package init?(modulus: [UInt8], exponent: [UInt8]) {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        guard (256...1_024).contains(modulus.count), (1...4).contains(exponent.count), let last = exponent.last,
            last % 2 == 1, exponent != [1]
        else { return nil }
        self.modulus = modulus
        self.exponent = exponent
    }

    /// Whether `signature` is the key's, of the SHA-256 of `bytes`.
    package func verifies(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
        // OpenSSL leaves in the thread's list why a signature is not right.
        defer { ERR_clear_error() }
        guard signature.count == modulus.count,
            let key = openssl_shim_rsa_key(
                modulus, Int32(clamping: modulus.count), exponent, Int32(clamping: exponent.count))
        else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
    }
}
