/// What keeps Kerberos from giving a ticket, with what a person needs to mend it; never a key.
package struct KerberosError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Hashable, Sendable {
        /// krb5.conf is not there, cannot be read, or makes no sense.
        case configuration
        case keytabMissing, keytabUnreadable, keytabEmpty
        /// The keytab has keys, and none for the principal.
        case principalNotInKeytab
        /// A name that is no principal's, or that says no realm where krb5.conf has no default.
        case noPrincipal
        /// krb5.conf does not say where the realm's KDC is.
        case realmUnknown
        case kdcUnreachable
        /// The KDC does not know the client.
        case clientUnknown
        /// The KDC does not know the service.
        case serviceUnknown
        /// The keytab's key is not the one that the KDC has.
        case keyRefused
        case clockSkew
        /// There is neither a keytab nor a ticket that somebody else got.
        case noTicket
        /// The process has a Kerberos identity already, and this is another one.
        case identityTaken
        case other
    }

    /// What kind of failure it is.
    package let code: Code
    /// What went wrong, in the library's words where it has some.
    package let detail: String

    /// An error of this kind.
    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    package var description: String { "Kerberos: \(detail)" }
}
