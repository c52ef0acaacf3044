internal import CloudBroker
internal import GoogleAuth
internal import HTTPServer

/// Where a stage listens for pushes, and who may push: `--http [HOST]:PORT --audience TEXT --service-account EMAIL`.
struct PushOptions {
    static let values: Set = ["http", "audience", "service-account", "signing-keys"]
    static let flags: Set = ["unauthenticated"]

    let address: HTTPServerSettings
    let identity: IdentityCheck?

    /// - Returns: `nil` where the call does not listen for pushes.
    /// - Throws: ``UsageError`` for what would let anybody push who can reach this machine, unless that is said.
    static func read(_ call: Invocation) throws(UsageError) -> PushOptions? {
        guard let word = call.options["http"] else {
            for name in ["audience", "service-account", "signing-keys"] where call.options[name] != nil {
                throw UsageError("--\(name) is for --http")
            }
            if call.flags.contains("unauthenticated") { throw UsageError("--unauthenticated is for --http") }
            return nil
        }
        guard call.options["from"] == nil else { throw UsageError("--from and --http exclude each other") }
        let address = try Self.address(word, "--http")
        let identity = try identity(call)
        guard identity != nil || call.flags.contains("unauthenticated") || isLoopback(address.address) else {
            throw UsageError(
                "--http \(word) listens to other machines: say whose pushes are taken, with --audience TEXT and "
                    + "--service-account EMAIL, or --unauthenticated for anybody's")
        }
        return PushOptions(address: address, identity: identity)
    }

    /// `:PORT`, of this machine alone, or `HOST:PORT`.
    static func address(_ word: String, _ option: String) throws(UsageError) -> HTTPServerSettings {
        guard let colon = word.lastIndex(of: ":"), let port = UInt16(word[word.index(after: colon)...]) else {
            throw UsageError("\(option) \(word): say :PORT or HOST:PORT")
        }
        var settings = HTTPServerSettings(port: port)
        if colon > word.startIndex { settings.address = String(word[..<colon]) }
        return settings
    }

    private static func identity(_ call: Invocation) throws(UsageError) -> IdentityCheck? {
        let (audience, account) = (call.options["audience"] ?? "", call.options["service-account"] ?? "")
        guard call.options["audience"] != nil || call.options["service-account"] != nil else {
            guard call.options["signing-keys"] == nil else { throw UsageError("--signing-keys is for --audience") }
            return nil
        }
        guard !call.flags.contains("unauthenticated") else {
            throw UsageError("--audience and --unauthenticated exclude each other")
        }
        // Anybody with an account of Google's gets tokens for any audience.
        guard !audience.isEmpty, !account.isEmpty else {
            throw UsageError("--audience TEXT and --service-account EMAIL belong together")
        }
        do throws(GoogleCloudError) {
            let keys = try SigningKeys(at: call.options["signing-keys"] ?? SigningKeys.google)
            return IdentityCheck(audience: audience, account: account, keys: keys)
        } catch { throw UsageError("--signing-keys: \(error.detail)") }
    }

    private static func isLoopback(_ address: String) -> Bool {
        address.hasPrefix("127.") && address.split(separator: ".").count == 4
    }
}
