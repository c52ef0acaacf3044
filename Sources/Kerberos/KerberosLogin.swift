internal import CKerberos
internal import Foundation

/// A ticket that was got to see whether one can be had, and what it says.
package struct KerberosTicket: Hashable, Sendable {
    /// Whose ticket it is.
    package let principal: String
    /// When it ends, seconds since 1970 UTC by the KDC's clock.
    package let ends: Int
    /// How far this machine's clock is ahead of the KDC's, s.
    package let clockAhead: Int
}

extension KerberosSession {
    /// Clocks may differ by this many seconds: MIT Kerberos' own limit (krb5.conf, `clockskew`).
    package static let allowedSkew = 300

    /// Gets a ticket by the keytab's key, and one for a service, and forgets both.
    ///
    /// - Parameters:
    ///   - identity: Principal and keytab.
    ///   - service: The service's name, `kafka` as a rule.
    ///   - hosts: The servers' names; each must be known to the KDC as `SERVICE/HOST`.
    /// - Returns: What the ticket says.
    /// - Throws: ``KerberosError`` for the first thing that is wrong.
    package func login(
        _ identity: KerberosIdentity, service: String, hosts: [String]
    ) throws(KerberosError) -> KerberosTicket {
        let name = try client(identity)
        let principal = try parse(name)
        defer { krb5_free_principal(context, principal) }
        var keytab: krb5_keytab?
        try check(krb5_kt_resolve(context, "FILE:\(identity.keytab ?? "")", &keytab), "open the keytab")
        defer { krb5_kt_close(context, keytab) }
        var credentials = krb5_creds()
        let status = krb5_get_init_creds_keytab(context, &credentials, principal, keytab, 0, nil, nil)
        guard status == 0 else { throw failure(status, of: name) }
        defer { krb5_free_cred_contents(context, &credentials) }
        let ticket = KerberosTicket(
            principal: name, ends: Int(credentials.times.endtime),
            clockAhead: Int(Date.now.timeIntervalSince1970) - Int(credentials.times.authtime))
        // The library corrects its own clock by the KDC's (kdc_timesync); the Kafka server does not.
        guard abs(ticket.clockAhead) <= Self.allowedSkew else { throw Self.skew(ticket.clockAhead) }
        try findServices(service, hosts, with: &credentials, of: principal)
        return ticket
    }

    private func findServices(
        _ service: String, _ hosts: [String], with credentials: inout krb5_creds, of principal: krb5_principal?
    ) throws(KerberosError) {
        var cache: krb5_ccache?
        try check(krb5_cc_new_unique(context, "MEMORY", nil, &cache), "make a cache of tickets")
        defer { krb5_cc_destroy(context, cache) }
        try check(krb5_cc_initialize(context, cache, principal), "make a cache of tickets")
        try check(krb5_cc_store_cred(context, cache, &credentials), "keep a ticket")
        for host in hosts {
            var wanted = krb5_creds()
            try check(
                krb5_sname_to_principal(context, host, service, krb5_int32(KRB5_NT_SRV_HST), &wanted.server),
                "name the service at \(host)")
            defer { krb5_free_principal(context, wanted.server) }
            wanted.client = principal
            var found: UnsafeMutablePointer<krb5_creds>?
            let status = krb5_get_credentials(context, 0, cache, &wanted, &found)
            if let found { krb5_free_creds(context, found) }
            guard status != 0 else { continue }
            // Its realm is the KDC's to find, and may be left open.
            let realm = text(principal)?.split(separator: "@").last ?? ""
            throw failure(status, of: "\(service)/\(host)@\(realm)")
        }
    }

    /// Says what a code means, for the principal that was asked for.
    private func failure(_ status: krb5_error_code, of name: String) -> KerberosError {
        let reason = Self.reason(status, context)
        let realm = name.split(separator: "@").last.map(String.init) ?? ""
        switch Int(status) {
        case KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN:
            return KerberosError(.clientUnknown, "the KDC of \(realm) does not know the principal \(name)")
        case KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN:
            return KerberosError(
                .serviceUnknown,
                "the KDC of \(realm) does not know the service \(name); "
                    + "the servers must be named as Kerberos knows them, and sasl.kerberos.service.name be theirs")
        case KRB5KDC_ERR_PREAUTH_FAILED, KRB5KRB_AP_ERR_BAD_INTEGRITY:
            return KerberosError(
                .keyRefused, "the keytab's key for \(name) is not the one that the KDC has; ask for a new keytab")
        case KRB5_KDC_UNREACH:
            return KerberosError(
                .kdcUnreachable, "no KDC of \(realm) answers; \(Self.configurationPath) says where they are")
        case KRB5_REALM_UNKNOWN, KRB5_REALM_CANT_RESOLVE:
            return KerberosError(
                .realmUnknown, "\(Self.configurationPath) does not say where the KDC of the realm \(realm) is")
        case KRB5KRB_AP_ERR_SKEW, KRB5_KDCREP_SKEW, KRB5KRB_AP_ERR_TKT_NYV:
            return KerberosError(.clockSkew, "this machine's clock and the KDC's are too far apart: \(reason)")
        default: return KerberosError(.other, "\(name): \(reason)")
        }
    }

    private static func skew(_ ahead: Int) -> KerberosError {
        KerberosError(
            .clockSkew,
            "this machine's clock is \(abs(ahead)) s \(ahead > 0 ? "ahead of" : "behind") the KDC's; "
                + "\(allowedSkew) s are allowed: set the clock (chrony, systemd-timesyncd)")
    }
}

extension KerberosSession {
    /// Whose tickets lie in the cache, where somebody else got them.
    package func owner() throws(KerberosError) -> String {
        var cache: krb5_ccache?
        try check(krb5_cc_default(context, &cache), "open the cache of tickets")
        defer { krb5_cc_close(context, cache) }
        var principal: krb5_principal?
        guard krb5_cc_get_principal(context, cache, &principal) == 0 else {
            throw KerberosError(
                .noTicket,
                "there is no ticket, and no keytab to get one with: set sasl.kerberos.keytab and sasl.kerberos.principal"
            )
        }
        defer { krb5_free_principal(context, principal) }
        return text(principal) ?? ""
    }
}
