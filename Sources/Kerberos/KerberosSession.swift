internal import CKerberos
internal import Foundation

/// One use of the Kerberos library, with the files that the environment names.
///
/// "A krb5_context may be used by one thread at a time" (MIT Kerberos, application development): so it is no `Sendable`.
package final class KerberosSession {
    let context: krb5_context

    /// Reads krb5.conf.
    package init() throws(KerberosError) {
        try Self.checkConfiguration()
        var made: krb5_context?
        let status = krb5_init_context(&made)
        guard status == 0, let made else {
            throw KerberosError(.configuration, "\(Self.configurationPath): " + Self.reason(status, nil))
        }
        context = made
    }

    deinit { krb5_free_context(context) }

    /// Where krb5.conf is looked for.
    package static var configurationPath: String {
        ProcessInfo.processInfo.environment["KRB5_CONFIG"] ?? "/etc/krb5.conf"
    }

    private static func checkConfiguration() throws(KerberosError) {
        // Several files may be named; one of them is enough.
        let paths = configurationPath.split(separator: ":").map(String.init)
        guard !paths.contains(where: { access($0, R_OK) == 0 }) else { return }
        throw KerberosError(
            .configuration,
            "\(configurationPath), which says where the realm's KDC is, cannot be read: "
                + String(cString: strerror(errno)))
    }

    // MARK: - Keytabs

    /// The principals that a keytab has keys for, in its order.
    package func principals(inKeytab path: String) throws(KerberosError) -> [String] {
        guard access(path, F_OK) == 0 else {
            throw KerberosError(.keytabMissing, "there is no keytab \(path): " + String(cString: strerror(errno)))
        }
        guard access(path, R_OK) == 0 else {
            throw KerberosError(
                .keytabUnreadable, "the keytab \(path) cannot be read: " + String(cString: strerror(errno)))
        }
        var keytab: krb5_keytab?
        try check(krb5_kt_resolve(context, "FILE:\(path)", &keytab), "open the keytab \(path)")
        defer { krb5_kt_close(context, keytab) }
        var cursor: krb5_kt_cursor?
        let status = krb5_kt_start_seq_get(context, keytab, &cursor)
        guard status == 0 else {
            throw KerberosError(.keytabUnreadable, "\(path) is no keytab: " + Self.reason(status, context))
        }
        var names: [String] = []
        var entry = krb5_keytab_entry()
        while krb5_kt_next_entry(context, keytab, &entry, &cursor) == 0 {
            if let name = text(entry.principal), !names.contains(name) { names.append(name) }
            krb5_free_keytab_entry_contents(context, &entry)
        }
        krb5_kt_end_seq_get(context, keytab, &cursor)
        guard !names.isEmpty else { throw KerberosError(.keytabEmpty, "the keytab \(path) has no keys") }
        return names
    }

    /// The principal that an identity with a keytab stands for, in full, once the keytab has its keys.
    package func client(_ identity: KerberosIdentity) throws(KerberosError) -> String {
        guard let keytab = identity.keytab else { throw KerberosError(.noPrincipal, "no keytab is given") }
        let names = try principals(inKeytab: keytab)
        guard let wanted = identity.principal else { return names[0] }
        let parsed = try parse(wanted)
        defer { krb5_free_principal(context, parsed) }
        let full = text(parsed) ?? wanted
        guard names.contains(full) else {
            throw KerberosError(
                .principalNotInKeytab,
                "the keytab \(keytab) has no key for \(full); it has " + names.joined(separator: ", "))
        }
        return full
    }

    // MARK: - Names

    /// A principal by its text; the caller frees it.
    func parse(_ name: String) throws(KerberosError) -> krb5_principal? {
        var principal: krb5_principal?
        let status = krb5_parse_name(context, name, &principal)
        if status == krb5_error_code(KRB5_CONFIG_NODEFREALM) {
            throw KerberosError(
                .noPrincipal, "\(name) says no realm, and \(Self.configurationPath) has no default_realm")
        }
        guard status == 0 else {
            throw KerberosError(.noPrincipal, "\(name) is no principal: " + Self.reason(status, context))
        }
        return principal
    }

    func text(_ principal: krb5_const_principal?) -> String? {
        var name: UnsafeMutablePointer<CChar>?
        guard krb5_unparse_name(context, principal, &name) == 0, let name else { return nil }
        defer { krb5_free_unparsed_name(context, name) }
        return String(cString: name)
    }

    // MARK: - Failures

    /// The library's own words for what happened last.
    static func reason(_ status: krb5_error_code, _ context: krb5_context?) -> String {
        guard let message = krb5_get_error_message(context, status) else { return "error \(status)" }
        defer { krb5_free_error_message(context, message) }
        return String(cString: message)
    }

    func check(_ status: krb5_error_code, _ operation: String) throws(KerberosError) {
        guard status != 0 else { return }
        throw KerberosError(.other, "\(operation): " + Self.reason(status, context))
    }
}
