internal import Foundation

/// Hides secrets in what is printed.
package enum Redaction {
    /// The placeholder of a secret.
    package static let hidden = "***"

    /// Whether a property's value must not be shown, by the property's name.
    package static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        // The path of a key or certificate is not a secret; the key itself is.
        if name.hasSuffix(".location") { return false }
        let parts = [
            "password", "secret", ".pem", "oauthbearer.config", "ssl.key", "jaas", "token", "credential", "webhook",
        ]
        return parts.contains { name.contains($0) }
    }

    /// A text, or an address without its user, password and query, which may hold a signature.
    package static func shown(_ text: String) -> String {
        guard let scheme = text.range(of: "://") else { return text }
        let rest = text[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = rest[host.endIndex...]
        let shownHost = host.lastIndex(of: "@").map { hidden + host[$0...] } ?? String(host)
        let shownPath = path.firstIndex { $0 == "?" || $0 == "#" }.map { path[..<$0] + "?" + hidden } ?? path
        return text[..<scheme.upperBound] + shownHost + shownPath
    }
}
