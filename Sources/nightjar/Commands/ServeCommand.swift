internal import Catalogues
internal import Configuration
internal import Filters
internal import Foundation
internal import HTTPServer
internal import Metrics
internal import Threads
internal import Web

/// `nightjar serve --data DIR`
struct ServeCommand: Command {
    static let name = "serve"
    static let summary =
        "web pages and an API: tonight, objects, alerts, candidates, SQL, metrics, beside runs that write"
    static let details = """
        It reads, and cannot change anything; it never holds up a run for more than 2 s. /api/v1/openapi.json describes the API, \
        docs/web.md explains it. It answers this machine alone, unless --listen says otherwise: then it asks for a token, which \
        --token-file or the variable NIGHTJAR_TOKEN gives, or --public lets everybody read.
        """
    static let options: [any DeclaredOption] =
        [DataFolders.several, listen, tokenFile, isPublic, cors, authority, publisher, contact, assets]
        + SightOptions.all + ModelOptions.ofModel
    static let examples = [
        "nightjar serve --data night",
        "nightjar serve --data worker-1 --data worker-2 --listen 0.0.0.0:8080 --token-file /etc/nightjar/token",
    ]

    private static let listen = Option<HTTPServerSettings>(
        OptionDeclaration(
            name: "listen", valueName: "HOST:PORT",
            help: "where it answers: an address of this machine, IPv6 in brackets, and a port or 0 for a free one",
            key: "web.listen",
            kind: .text, standard: "127.0.0.1:8080")
    ) { (text) throws(UsageError) in
        var settings = try PushOptions.address(text)
        if settings.address == "localhost" { settings.address = "127.0.0.1" }
        return settings
    }
    private static let tokenFile = Option<String>.text(
        "token-file", "FILE", "the token that readers show, at least 16 characters; its first line",
        key: "web.tokenFile")
    private static let isPublic = Flag("public", "everybody may read who reaches this machine", key: "web.public")
    private static let cors = Option<String>.address(
        "cors", "https://HOST[:PORT]", "the one other site whose pages may read", beginnings: ["https://", "http://"],
        key: "web.cors")
    private static let assets = Option<String>.text(
        "assets", "DIR", "a folder in place of the built-in pages, for who works on them", key: "web.assets")
    private static let authority = Option<String>.text(
        "vo-authority", "NAME", "the authority that the service's identifier in the Virtual Observatory begins with",
        key: "web.voAuthority")
    private static let publisher = Option<String>.text(
        "vo-publisher", "NAME", "who publishes it, for the Virtual Observatory's registry", key: "web.voPublisher")
    private static let contact = Option<String>.text(
        "vo-contact", "NAME", "whom users ask, for the Virtual Observatory's registry", key: "web.voContact")
    private static let tokenVariable = "NIGHTJAR_TOKEN"

    private let settings: WebSettings
    /// Folders in which nothing is yet.
    private let missing: [String]

    init(_ arguments: Arguments) throws {
        let folders = try DataFolders(arguments)
        try folders.expectFolders()
        missing = folders.missing
        let listen = try arguments.required(Self.listen)
        let sight = try SightOptions(arguments)
        var settings = WebSettings(
            server: listen, given: folders.given, folders: { DataFolders.paths(of: folders.given) },
            access: try Self.access(arguments, listen),
            sight: WebSettings.Sight(
                engine: { (survey) throws(FilterError) in try sight.engine(survey) },
                computed: { sight.computed($0) }),
            version: Help.version)
        settings.origin = try arguments.value(Self.cors).map { try Self.origin($0) }
        if let authority = try arguments.value(Self.authority) {
            // Source: IVOA Identifiers 2.0, 2.3.1.
            guard authority.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._~\-]{2,}/) != nil else {
                throw UsageError("--vo-authority \(authority): say a name such as example.org")
            }
            settings.registry.authority = authority
        }
        if let publisher = try arguments.value(Self.publisher) { settings.registry.publisher = publisher }
        if let contact = try arguments.value(Self.contact) { settings.registry.contact = contact }
        settings.library.catalogues = sight.catalogues.sorted { $0.name < $1.name }
        settings.library.classifiers = sight.classifiers
        settings.library.models = try ModelOptions(arguments).fits()
        settings.addMetrics = { (page: inout MetricsPage) in
            ProcessMetrics.add(to: &page)
            if let folder = folders.given.first { ProcessMetrics.add(diskOf: folder, to: &page) }
        }
        settings.assets = try arguments.value(Self.assets)
        if let assets = settings.assets, !FileManager.default.fileExists(atPath: "\(assets)/index.html") {
            throw FileError(path: assets, detail: "there is no index.html: this is no folder of pages")
        }
        self.settings = settings
    }

    private static func access(
        _ arguments: Arguments, _ listen: HTTPServerSettings
    ) throws -> WebSettings.Access {
        let file = try arguments.value(tokenFile)
        let given = try file.map { try token(in: $0) } ?? ProcessInfo.processInfo.environment[tokenVariable]
        if arguments.isOn(isPublic) {
            guard file == nil else { throw UsageError("--public and --token-file exclude each other") }
            return .everybody
        }
        if let given {
            guard let token = AccessToken(given) else {
                throw UsageError(
                    "the token of \(file ?? tokenVariable) has \(given.utf8.count) characters: say "
                        + "\(AccessToken.shortest) to \(AccessToken.longest) visible ones of ASCII, without spaces")
            }
            return .token(token)
        }
        guard listen.isLoopback else {
            throw UsageError(
                "--listen \(listen.shown(port: listen.port)) answers other machines: give --token-file FILE or "
                    + "\(tokenVariable), or --public for everybody")
        }
        return .thisMachine
    }

    /// The first line of a file, which may be a secret's mount.
    private static func token(in path: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw FileError(path: path, detail: "this file with the token cannot be read")
        }
        guard let bytes = try file.read(upToCount: 4_096), !bytes.isEmpty else {
            throw FileError(path: path, detail: "this file has no token: it is empty")
        }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    }

    /// An origin as browsers send it: in lower case, without a path.
    private static func origin(_ text: String) throws(UsageError) -> String {
        let parts = text.lowercased().wholeMatch(of: /(https?):\/\/([a-z0-9.\-]+)(?::([0-9]{1,5}))?\/?/)
        guard let parts, let port = parts.3.map({ UInt16($0) }) ?? 0 else {
            throw UsageError("--cors \(text): say https://HOST or https://HOST:PORT; http:// too")
        }
        // Browsers leave out the port that a scheme has by itself.
        let usual: UInt16 = parts.1 == "https" ? 443 : 80
        return "\(parts.1)://\(parts.2)" + (port == 0 || port == usual ? "" : ":\(port)")
    }

    /// How long requests in progress may take at the end.
    private static let grace = Duration.seconds(5)

    func run() throws -> ExitStatus {
        // A run beside it comes first.
        _ = nice(5)
        _ = ProcessMetrics.start
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        let server = try WebServer(settings)
        let supervision = Supervision(
            stop: stop, Supervision.Questions(isReady: { true }, beats: { [:] }, status: { "answers requests" }))
        defer { supervision.close() }
        for folder in missing {
            Terminal.info("\(folder): there is no data yet; the pages have it once 'nightjar run' writes there")
        }
        try Terminal.say("listening on http://\(settings.server.shown(port: server.port))/")
        stop.wait()
        _ = server.stop(within: Self.grace)
        return .done
    }
}
