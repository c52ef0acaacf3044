internal import CCrypto

/// An RSA key that signs with SHA-256 (RS256: RFC 7518, 3.3). Its text is never shown.
package struct SigningKey: Sendable {
    private let pem: String

    /// - Returns: `nil` for what is no RSA key in PEM form, or one that asks for a password.
    package init?(pem: String) {
        self.pem = pem
        guard withKey({ EVP_PKEY_get_base_id($0) }) == EVP_PKEY_RSA else { return nil }
    }

    /// - Returns: The signature, as long as the key; `nil` if OpenSSL fails.
    package func signature(of bytes: [UInt8]) -> [UInt8]? {
        withKey { key in
            guard let context = EVP_MD_CTX_new() else { return nil }
            defer { EVP_MD_CTX_free(context) }
            guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1 else { return nil }
            var length = Int(EVP_PKEY_get_size(key))
            var signature = [UInt8](repeating: 0, count: length)
            guard EVP_DigestSign(context, &signature, &length, bytes, bytes.count) == 1 else { return nil }
            return Array(signature[..<length])
        } ?? nil
    }

    private func withKey<Result>(_ use: (OpaquePointer) -> Result) -> Result? {
        let bytes = Array(pem.utf8)
        return bytes.withUnsafeBytes { buffer in
            guard let memory = BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count)) else { return nil }
            defer { BIO_free(memory) }
            // Without the closure OpenSSL would ask the terminal for the password of an encrypted key.
            guard let key = PEM_read_bio_PrivateKey(memory, nil, { _, _, _, _ in -1 }, nil) else {
                ERR_clear_error()
                return nil
            }
            defer { EVP_PKEY_free(key) }
            return use(key)
        }
    }
}
