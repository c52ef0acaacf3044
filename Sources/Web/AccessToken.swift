internal import Foundation
internal import HTTP
internal import Hashing

/// A word that those know who may read. Its text is never shown.
package struct AccessToken: Sendable, Hashable {
    /// Characters of the shortest; what is shorter can be guessed.
    package static let shortest = 16
    /// Characters of the longest.
    package static let longest = 1_024
    /// The cookie's name.
    static let cookie = "nightjar_session"

    private let digest: [UInt8]
    /// What the cookie holds: it says that its owner knew the token, and does not give it away.
    let session: String

    /// - Returns: `nil` for a text that is too short or too long, or has other characters than visible ones of ASCII.
    package init?(_ text: String) {
        guard (Self.shortest...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy({ 0x21..<0x7F ~= $0 })
        else { return nil }
        digest = Digest.sha256(Array(text.utf8)[...])
        session = Digest.hexadecimal(Digest.sha256(Array("nightjar session ".utf8)[...], Array(text.utf8)[...]))
    }

    /// Whether a text is the token, in a time that does not depend on where they differ.
    func matches(_ text: some StringProtocol) -> Bool {
        Self.equal(Digest.sha256(Array(text.utf8)[...]), digest)
    }

    /// Whether a request shows the token: as a Bearer token, as the password of Basic, or by the cookie.
    func admits(_ request: HTTPRequest) -> Bool {
        for header in request.headers {
            switch header.name.lowercased() {
            case "authorization" where isAuthorized(header.value): return true
            case "cookie" where hasSession(header.value): return true
            default: break
            }
        }
        return false
    }

    private func isAuthorized(_ value: String) -> Bool {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return false }
        switch parts[0].lowercased() {
        case "bearer": return matches(parts[1])
        case "basic":
            guard let bytes = Data(base64Encoded: String(parts[1])) else { return false }
            let pair = String(decoding: bytes, as: UTF8.self)
            return pair.firstIndex(of: ":").map { matches(pair[pair.index(after: $0)...]) } ?? false
        default: return false
        }
    }

    private func hasSession(_ value: String) -> Bool {
        value.split(separator: ";").contains { pair in
            let parts = pair.trimmingCharacters(in: .whitespaces).split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0] == Self.cookie else { return false }
            return Self.equal(
                Digest.sha256(Array(parts[1].utf8)[...]), Digest.sha256(Array(session.utf8)[...]))
        }
    }

    private static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
