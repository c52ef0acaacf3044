internal import CKerberos
internal import Foundation
internal import Synchronization

/// Who a process is towards Kerberos, by the files that say so.
package struct KerberosIdentity: Hashable, Sendable {
    /// `NAME@REALM`; `nil` for the first one in the keytab, or the owner of the tickets that are there.
    package var principal: String?
    /// The file with the principal's keys; `nil` where somebody else gets the tickets, as `kinit` does.
    package var keytab: String?
    /// krb5.conf; `nil` for the system's.
    package var configuration: String?

    /// An identity; what is `nil` is left to the Kerberos library.
    package init(principal: String? = nil, keytab: String? = nil, configuration: String? = nil) {
        self.principal = principal
        self.keytab = keytab
        self.configuration = configuration
    }

    /// Makes it the identity of this process, before its first connection.
    ///
    /// The Kerberos library finds its files by the environment, which is why a process has one identity and keeps it. It is
    /// given the keytab as a *client keytab*, and a ticket cache in memory that belongs to the principal: it then gets
    /// tickets by itself whenever a connection needs one, and new ones once half of their life is over, for days.
    ///
    /// - Throws: ``KerberosError/Code/identityTaken`` where the process has another one, and what is wrong with the principal.
    package func adopt() throws(KerberosError) {
        guard keytab != nil || configuration != nil else { return }
        do {
            try Self.adopted.withLock { adopted in
                if let adopted, adopted.identity == self { return }
                guard adopted == nil else {
                    throw KerberosError(
                        .identityTaken, "a process is one principal, with one keytab and one krb5.conf")
                }
                if let configuration { setenv("KRB5_CONFIG", configuration, 1) }
                var cache: KerberosCache?
                if let keytab {
                    setenv("KRB5_CLIENT_KTNAME", "FILE:\(keytab)", 1)
                    setenv("KRB5CCNAME", KerberosCache.name, 1)
                    let session = try KerberosSession()
                    cache = try KerberosCache(session: session, principal: try session.client(self))
                }
                adopted = Adopted(identity: self, cache: cache)
            }
        } catch let error as KerberosError {
            throw error
        } catch { throw KerberosError(.other, "\(error)") }
    }

    private struct Adopted {
        let identity: KerberosIdentity
        /// Held, since a cache in memory is gone with its last owner.
        let cache: KerberosCache?
    }

    private static let adopted = Mutex<Adopted?>(nil)
}

/// The process's own cache of tickets, in memory, so that no other process sees or overwrites them.
final class KerberosCache {
    static let name = "MEMORY:nightjar"

    private let session: KerberosSession
    private var handle: krb5_ccache?

    /// An empty cache that belongs to a principal: by that the library knows whose key to take from a keytab of several.
    init(session: KerberosSession, principal: String) throws(KerberosError) {
        self.session = session
        try session.check(krb5_cc_resolve(session.context, Self.name, &handle), "make a cache of tickets")
        let owner = try session.parse(principal)
        defer { krb5_free_principal(session.context, owner) }
        try session.check(krb5_cc_initialize(session.context, handle, owner), "make a cache of tickets")
    }

    deinit { krb5_cc_close(session.context, handle) }
}
