internal import Configuration
internal import CloudBroker
internal import GoogleAuth
internal import HTTPServer

/// Where a stage listens for pushes, and who may push: `--http [HOST]:PORT --audience TEXT --service-account EMAIL`.
struct PushOptions: Sendable {
    private static let http = Option<HTTPServerSettings>(
        OptionDeclaration(
            name: "http", valueName: "[HOST]:PORT",
            help: """
                processes what Pub/Sub or Eventarc push to /; GET /healthz and /readyz report its state. :PORT listens to \
                this machine alone, 0.0.0.0:PORT to all
                """, kind: .text)
    ) { (text) throws(UsageError) in try address(text) }
    private static let audience = identity(
        "audience", "TEXT",
        """
        with --service-account: only pushes with a token that Google has signed for them; needed where --http listens to \
        others, unless --unauthenticated says that anybody may push
        """)
    private static let account = identity("service-account", "EMAIL", "who may push, with --audience")
    private static let keys = Option<String>.text(
        "signing-keys", "URL", "where the keys of these tokens are (Google's)")
    private static let unauthenticated = Flag("unauthenticated", "anybody may push who reaches this machine")

    static let all: [any DeclaredOption] = [http, audience, account, keys, unauthenticated]

    /// A text that must not be empty for a check to mean anything: the check says so.
    private static func identity(_ name: String, _ valueName: String, _ help: String) -> Option<String> {
        Option(OptionDeclaration(name: name, valueName: valueName, help: help, kind: .text)) {
            (text) throws(UsageError) in text
        }
    }

    let address: HTTPServerSettings
    let identity: IdentityCheck?

    /// - Returns: `nil` where the call does not listen for pushes.
    /// - Throws: ``UsageError`` for what would let anybody push who can reach this machine, unless that is said.
    init?(_ arguments: Arguments) throws(UsageError) {
        guard let address = try arguments.value(Self.http) else {
            for option in [Self.audience, Self.account, Self.keys] where try arguments.value(option) != nil {
                throw UsageError("--\(option.declaration.name) is for --http")
            }
            if arguments.isOn(Self.unauthenticated) { throw UsageError("--unauthenticated is for --http") }
            return nil
        }
        self.address = address
        identity = try Self.identity(arguments)
        guard identity != nil || arguments.isOn(Self.unauthenticated) || address.isLoopback else {
            throw UsageError(
                "--http \(address.shown(port: address.port)) listens to other machines: say who may push, with "
                    + "--audience TEXT and --service-account EMAIL, or --unauthenticated for anybody")
        }
    }

    /// `:PORT`, of this machine alone, or `HOST:PORT`.
    static func address(_ text: String) throws(UsageError) -> HTTPServerSettings {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw UsageError("say :PORT or HOST:PORT")
        }
        var settings = HTTPServerSettings(port: port)
        guard colon > text.startIndex else { return settings }
        settings.address = String(text[..<colon])
        // IPv6's own colons are in brackets.
        if settings.address.hasPrefix("["), settings.address.hasSuffix("]") {
            settings.address = String(settings.address.dropFirst().dropLast())
        } else if settings.address.contains(":") {
            throw UsageError("say an IPv6 address in brackets, as [::1]:\(port)")
        }
        return settings
    }

    private static func identity(_ arguments: Arguments) throws(UsageError) -> IdentityCheck? {
        let (audience, account) = (try arguments.value(audience), try arguments.value(account))
        let keys = try arguments.value(keys)
        guard audience != nil || account != nil else {
            guard keys == nil else { throw UsageError("--signing-keys is for --audience") }
            return nil
        }
        guard !arguments.isOn(unauthenticated) else {
            throw UsageError("--audience and --unauthenticated exclude each other")
        }
        // Anybody with an account of Google's gets tokens for any audience.
        guard let audience, let account, !audience.isEmpty, !account.isEmpty else {
            throw UsageError("--audience TEXT and --service-account EMAIL belong together")
        }
        do throws(GoogleCloudError) {
            return IdentityCheck(
                audience: audience, account: account, keys: try SigningKeys(at: keys ?? SigningKeys.google))
        } catch { throw UsageError("--signing-keys: \(error.detail)") }
    }
}
