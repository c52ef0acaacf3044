internal import Kafka
internal import CSSL
internal import Foundation

/// TLS over a connection, made to see what is wrong with it: the handshake goes on over a certificate that is not trusted.
///
/// OpenSSL writes without caring for SIGPIPE: the process ignores that signal.
final class TLSConnection {
    private let connection: ServerConnection
    private let context: OpaquePointer
    private let session: OpaquePointer

    /// Shakes hands.
    ///
    /// - Throws: ``KafkaFault``, for a server that speaks no TLS, certificates of either side that do not do.
    init(
        _ connection: ServerConnection, _ server: KafkaServerAddress, _ settings: TLSSettings
    ) throws(KafkaFault) {
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw KafkaFault(.tls, "TLS: out of memory") }
        do throws(KafkaFault) { try Self.load(settings, into: context) } catch {
            SSL_CTX_free(context)
            throw error
        }
        guard let session = SSL_new(context) else {
            SSL_CTX_free(context)
            throw KafkaFault(.tls, "TLS: out of memory")
        }
        self.connection = connection
        self.context = context
        self.session = session
        SSL_set_fd(session, connection.descriptor)
        _ = openssl_shim_set_host(session, server.host)
        if settings.verifiesHost { SSL_set1_host(session, server.host) }
        ERR_clear_error()
        let status = SSL_connect(session)
        guard status == 1 else { throw Self.handshakeFault(SSL_get_error(session, status), server) }
        if settings.verifies { try checkCertificate(of: server, settings) }
        try waitForAlert(from: server)
    }

    deinit {
        SSL_free(session)
        SSL_CTX_free(context)
    }

    // MARK: - Files

    private static func load(_ settings: TLSSettings, into context: OpaquePointer) throws(KafkaFault) {
        if let path = settings.authorities {
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            let status =
                isFolder.boolValue ? SSL_CTX_load_verify_dir(context, path) : SSL_CTX_load_verify_file(context, path)
            guard isThere, status == 1 else {
                throw KafkaFault(.configuration, "ssl.ca.location, \(path), cannot be read as certificates in PEM")
            }
        } else if settings.authoritiesText == nil {
            SSL_CTX_set_default_verify_paths(context)
        }
        if let text = settings.authoritiesText { trust(text, context) }
        guard let certificate = settings.certificate else { return }
        guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            throw KafkaFault(
                .clientCertificateUnusable, "ssl.certificate.location cannot be read as a certificate in PEM")
        }
        guard let key = settings.key else {
            throw KafkaFault(.clientCertificateUnusable, "ssl.certificate.location is given without ssl.key.location")
        }
        let isTaken = (settings.keyPassword ?? "").withCString { password in
            SSL_CTX_set_default_passwd_cb_userdata(context, UnsafeMutableRawPointer(mutating: password))
            return SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
        }
        SSL_CTX_set_default_passwd_cb_userdata(context, nil)
        guard isTaken else {
            throw KafkaFault(
                .clientCertificateUnusable,
                "the key in ssl.key.location cannot be read: no key in PEM, not the certificate's, or ssl.key.password is wrong"
            )
        }
    }

    private static func trust(_ text: String, _ context: OpaquePointer) {
        let bytes = Array(text.utf8)
        guard let reader = BIO_new_mem_buf(bytes, CInt(bytes.count)) else { return }
        defer { BIO_free(reader) }
        while let certificate = PEM_read_bio_X509(reader, nil, nil, nil) {
            X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate)
            X509_free(certificate)
        }
    }

    // MARK: - What is wrong

    private static func handshakeFault(_ kind: CInt, _ server: KafkaServerAddress) -> KafkaFault {
        let code = ERR_peek_error()
        if let fault = alert(code, server) { return fault }
        switch ERR_GET_REASON(code) {
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_UNEXPECTED_EOF_WHILE_READING, SSL_R_PACKET_LENGTH_TOO_LONG,
            SSL_R_UNEXPECTED_MESSAGE, 0:
            return KafkaFault(.notTLS, "\(server) does not answer in TLS")
        default: return KafkaFault(.tls, "TLS with \(server) fails: \(reason(code))")
        }
    }

    /// What the server said of our certificate, where it did: TLS says so by an alert (RFC 8446, 6.2).
    private static func alert(_ code: UInt, _ server: KafkaServerAddress) -> KafkaFault? {
        switch ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET {
        case SSL_AD_CERTIFICATE_REQUIRED:
            KafkaFault(
                .clientCertificateMissing,
                "\(server) wants a client's certificate: give ssl.certificate.location and ssl.key.location")
        case SSL_AD_UNKNOWN_CA, SSL_AD_BAD_CERTIFICATE, SSL_AD_CERTIFICATE_UNKNOWN, SSL_AD_CERTIFICATE_EXPIRED,
            SSL_AD_CERTIFICATE_REVOKED, SSL_AD_UNSUPPORTED_CERTIFICATE, SSL_AD_ACCESS_DENIED:
            KafkaFault(
                .clientCertificateRefused, "\(server) does not accept the client's certificate: \(reason(code))")
        default: nil
        }
    }

    private static func reason(_ code: UInt) -> String {
        ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
    }

    private func checkCertificate(of server: KafkaServerAddress, _ settings: TLSSettings) throws(KafkaFault) {
        let result = CInt(truncatingIfNeeded: SSL_get_verify_result(session))
        guard result != X509_V_OK else { return }
        let reason = String(cString: X509_verify_cert_error_string(Int(result)))
        let authorities = settings.authorities.map { "those in \($0)" } ?? "the system's (package ca-certificates)"
        switch result {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            throw KafkaFault(.certificateExpired, "the certificate of \(server) has expired")
        case X509_V_ERR_CERT_NOT_YET_VALID:
            throw KafkaFault(
                .certificateNotYetValid, "the certificate of \(server) is not valid yet; is this machine's clock right?"
            )
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            throw KafkaFault(.certificateHost, "the certificate of \(server) is made out for another name")
        default:
            throw KafkaFault(
                .certificateUntrusted,
                "the certificate of \(server) is not trusted: \(reason); trusted are \(authorities), ssl.ca.location names others"
            )
        }
    }

    /// Since TLS 1.3 a server looks at a client's certificate after the client has shaken hands, and what is sent to it
    /// meanwhile makes it cut the connection before its reason has arrived: so wait for that first.
    private func waitForAlert(from server: KafkaServerAddress) throws(KafkaFault) {
        connection.setPatience(seconds: 1)
        defer { connection.setPatience(seconds: ServerConnection.timeout) }
        var byte: UInt8 = 0
        ERR_clear_error()
        guard SSL_peek(session, &byte, 1) <= 0, let fault = Self.alert(ERR_peek_error(), server) else { return }
        throw fault
    }

    // MARK: - Bytes

    func send(_ bytes: [UInt8]) -> Bool { SSL_write(session, bytes, CInt(bytes.count)) == CInt(bytes.count) }

    /// Just so many bytes; `nil` where the server closes the connection or lets the time go by.
    func receive(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var piece = [UInt8](repeating: 0, count: count - bytes.count)
            let got = SSL_read(session, &piece, CInt(piece.count))
            guard got > 0 else { return nil }
            bytes += piece.prefix(Int(got))
        }
        return bytes
    }
}
