import Foundation
import GoogleAuth
import HTTP
import LoopbackServer
import TestSupport
import Testing

/// Every kind of credentials against servers on loopback that check what they are sent (see `google.py`).
@Suite struct CredentialsTests {
    private static let shared = Result { try LoopbackServer("google.py") }
    private let server: LoopbackServer
    private let folder: TemporaryFolder

    init() throws {
        server = try Self.shared.get()
        folder = try TemporaryFolder()
    }

    // MARK: kinds of files

    @Test func serviceAccountSignsWhatTheServerVerifies() throws {
        let credentials = try find(serviceAccount())
        #expect(credentials.project == "night")
        #expect(try credentials.authorization() == "Bearer ya29.1")
        #expect(try credentials.authorization() == "Bearer ya29.1")  // the same one, not asked for again
    }

    @Test func sendsNothingToAServerThatIsNotTrusted() throws {
        let file = try serviceAccount(["token_uri": "\(server.secure)/token?tls"])
        #expect(fault(try find(file))?.code == .unauthenticated)
        var settings = Credentials.tokenSettings
        settings.certificateFile = server.certificate
        let trusting = try Credentials.find(for: .storage, environment: environment, http: HTTPClient(settings))
        #expect(try trusting.authorization() == "Bearer ya29.1")
    }

    @Test func refusesAnotherKey() throws {
        let other = folder.file("other.pem")
        let openssl = try Process.run(
            URL(filePath: "/usr/bin/env"), arguments: ["openssl", "genrsa", "-out", other, "2048"])
        openssl.waitUntilExit()
        let key = try String(contentsOfFile: other, encoding: .utf8)
        let error = try #require(fault(try find(serviceAccount(["private_key": key]))))
        #expect(error.code == .credentials)
        #expect(error.detail.contains("invalid_grant: Invalid JWT Signature."))
        #expect(error.resource == folder.file("key.json"))
    }

    private static let user = ["type": "authorized_user", "client_id": "id", "client_secret": "s&c=r+t"]

    @Test func userRefreshes() throws {
        let user = Self.user.merging(["refresh_token": "1//0r", "quota_project_id": "payer"]) { $1 }
        let credentials = try find(user.merging(["token_uri": "\(server.plain)/token?of=user"]) { $1 })
        #expect(try credentials.authorization() == "Bearer ya29.1")
        #expect(credentials.project == nil)
        #expect(credentials.quotaProject == "payer")
    }

    @Test func userWhoseLoginWasRevoked() throws {
        let user = Self.user.merging(["refresh_token": "secret", "token_uri": "\(server.plain)/token"]) { $1 }
        let error = try #require(fault(try find(user)))
        #expect(error.code == .credentials)
        #expect(error.description.contains("invalid_grant: Token has been expired or revoked."))
        #expect(!String(reflecting: error).contains("secret") && !String(reflecting: error).contains("s&c"))
    }

    private func external(_ source: [String: Any], _ more: [String: Any] = [:]) -> [String: Any] {
        [
            "type": "external_account", "audience": "//iam/pool/provider", "token_url": "\(server.plain)/sts",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "credential_source": source,
        ].merging(more) { $1 }
    }

    @Test("exchanges another provider's token", arguments: ["file", "json file", "url", "json url"])
    func federation(kind: String) throws {
        let json: [String: Any] = ["type": "json", "subject_token_field_name": "id_token"]
        var source: [String: Any] = kind.hasPrefix("json") ? ["format": json] : [:]
        if kind.hasSuffix("file") {
            let text = kind == "file" ? "their.token" : #"{"id_token": "their.token"}"#
            try text.write(toFile: folder.file("subject"), atomically: true, encoding: .utf8)
            source["file"] = folder.file("subject")
        } else {
            source["url"] = "\(server.plain)/subject/\(kind == "url" ? "text" : "json")"
            source["headers"] = ["Metadata": "True"]
        }
        #expect(try find(external(source)).authorization() == "Bearer federated")
        let acting: [String: Any] = [
            "service_account_impersonation_url": "\(server.plain)/impersonate/account",
            "service_account_impersonation": ["token_lifetime_seconds": 1_200],
        ]
        #expect(try find(external(source, acting)).authorization() == "Bearer as-account-1200s")
    }

    @Test func federationWithoutItsToken() throws {
        let error = try #require(fault(try find(external(["file": folder.file("nothing")]))))
        #expect(error.code == .credentials)
        #expect(error.description.contains("nothing: no usable credentials: No such file"))
        try "something else".write(toFile: folder.file("subject"), atomically: true, encoding: .utf8)
        let other = try #require(fault(try find(external(["file": folder.file("subject")]))))
        #expect(other.detail.contains("invalid_request: not what was agreed"))
        #expect(!other.description.contains("something else"))
    }

    @Test("acts as a service account", arguments: ["account", "denied"])
    func impersonation(name: String) throws {
        let file: [String: Any] = [
            "type": "impersonated_service_account",
            "service_account_impersonation_url": "\(server.plain)/impersonate/\(name)",
            "source_credentials": try serviceAccount(["token_uri": "\(server.plain)/token?for=\(name)"]),
        ]
        let credentials = try find(file)
        if name == "account" {
            #expect(try credentials.authorization() == "Bearer as-account-3600s")
        } else {
            let error = try #require(fault(credentials))
            #expect(error.code == .credentials)
            #expect(error.detail.contains("getAccessToken"))
        }
    }

    // MARK: places

    @Test func looksInGcloudsFolder() throws {
        let file = try JSONSerialization.data(withJSONObject: try serviceAccount())
        let gcloud = folder.file(".config/gcloud")
        try FileManager.default.createDirectory(atPath: gcloud, withIntermediateDirectories: true)
        try file.write(to: URL(filePath: "\(gcloud)/application_default_credentials.json"))
        #expect(try Credentials.find(for: .storage, environment: ["HOME": folder.file("")]).project == "night")
        let named = ["CLOUDSDK_CONFIG": gcloud, "HOME": "/nowhere", "GOOGLE_CLOUD_PROJECT": "mine"]
        #expect(try Credentials.find(for: .storage, environment: named).project == "mine")
    }

    @Test func asksTheMetadataServerLast() throws {
        let host = String(server.plain.dropFirst("http://".count))
        let credentials = try Credentials.find(
            for: .pubSub, environment: ["HOME": "/nowhere", "GCE_METADATA_HOST": host])
        #expect(credentials.project == "night-of-metadata")
        #expect(try credentials.authorization() == "Bearer of-the-machine")
    }

    @Test func saysWhatItTried() throws {
        let environment = ["HOME": "/nowhere", "GCE_METADATA_HOST": "127.0.0.1:1"]
        let error = try #require(failure { try Credentials.find(for: .bigQuery, environment: environment) })
        #expect(error.code == .credentials)
        #expect(
            error.description.hasPrefix(
                "Google Cloud: no usable credentials: GOOGLE_APPLICATION_CREDENTIALS is not set; "
                    + "/nowhere/.config/gcloud/application_default_credentials.json is not there; "
                    + "the metadata server does not answer (http://127.0.0.1:1/"))
    }

    @Test func takesNoOtherServerForTheMetadataServer() throws {
        let port = try LoopbackServer().plain.dropFirst("http://".count)  // answers 404 or hangs up
        let environment = ["HOME": "/nowhere", "GCE_METADATA_HOST": String(port)]
        #expect(failure { try Credentials.find(for: .storage, environment: environment) }?.code == .credentials)
    }

    @Test("needs none for an emulator", arguments: GoogleService.allCases)
    func emulators(service: GoogleService) throws {
        let environment = [service.emulatorVariable: "127.0.0.1:1", "GOOGLE_APPLICATION_CREDENTIALS": "/nowhere"]
        #expect(try Credentials.find(for: service, environment: environment).authorization() == nil)
        let other = try #require(GoogleService.allCases.first { $0 != service })
        #expect(failure { try Credentials.find(for: other, environment: environment) }?.code == .credentials)
    }

    // MARK: bad files and bad servers

    @Test(
        "says what is wrong with a file",
        arguments: [
            ("", "no JSON object"), ("[]", "no JSON object"), (#"{"type": "#, "no JSON object"),
            ("{}", "lacks the text field 'type'"), (#"{"type": 3}"#, "lacks the text field 'type'"),
            (#"{"type": "hush-hush"}"#, "not supported"),
            (#"{"type": "service_account"}"#, "lacks the text field 'client_email'"),
            (#"{"type": "service_account", "client_email": "a", "private_key": "hush-hush"}"#, "no RSA key"),
            (#"{"type": "authorized_user", "client_id": "a"}"#, "lacks the text field 'client_secret'"),
            (#"{"type": "external_account", "audience": "a", "subject_token_type": "b"}"#, "'credential_source'"),
            (
                #"{"type": "external_account", "audience": "a", "subject_token_type": "b", "#
                    + #""credential_source": {"environment_id": "aws1"}}"#, "neither 'file' nor 'url'"
            ),
            (#"{"type": "authorized_user", "token_uri": "http://evil/hush-hush"}"#, "'token_uri' is no https address"),
            (#"{"type": "impersonated_service_account"}"#, "lacks the object 'source_credentials'"),
        ])
    func badFiles(text: String, reason: String) throws {
        try text.write(toFile: folder.file("key.json"), atomically: true, encoding: .utf8)
        let error = try #require(failure { try Credentials.find(for: .storage, environment: environment) })
        #expect(error.code == .credentials)
        #expect(error.resource == folder.file("key.json"))
        #expect(error.detail.contains(reason))
        #expect(!error.description.contains("hush"))
    }

    @Test func refusesAnECKey() throws {
        let path = folder.file("ec.pem")
        let openssl = try Process.run(
            URL(filePath: "/usr/bin/env"),
            arguments: ["openssl", "ecparam", "-genkey", "-noout", "-name", "prime256v1", "-out", path])
        openssl.waitUntilExit()
        let key = try String(contentsOfFile: path, encoding: .utf8)
        let error = try #require(failure { try find(serviceAccount(["private_key": key])) })
        #expect(error.detail == "'private_key' is no RSA key in PEM form")
    }

    @Test func asksABusyServerAgain() throws {
        let credentials = try find(serviceAccount(["token_uri": "\(server.plain)/token?as=busy"]))
        #expect(try credentials.authorization() == "Bearer ya29.3")
    }

    @Test(
        "takes no bad answer for a token",
        arguments: [
            ("huge", "longer than 262144 bytes"), ("nonsense", "no JSON object"), ("timeless", "no token"),
            ("split", "no token"),
        ])
    func badAnswers(kind: String, reason: String) throws {
        let error = try #require(fault(try find(serviceAccount(["token_uri": "\(server.plain)/token?as=\(kind)"]))))
        #expect(error.code == .malformedAnswer)
        #expect(error.detail.contains(reason))
    }

    /// The server would answer after an hour.
    @Test func givesUpOnAServerThatStalls() throws {
        let file = try serviceAccount(["token_uri": "\(server.plain)/token?as=stalled"])
        let error = try #require(fault(try find(file)))
        #expect(error.code == .deadlineExceeded)
        #expect(!error.detail.contains("tries"), "it is asked once: \(error.detail)")
    }

    // MARK: -

    private var environment: [String: String] { ["GOOGLE_APPLICATION_CREDENTIALS": folder.file("key.json")] }

    private func serviceAccount(_ changes: [String: String] = [:]) throws -> [String: Any] {
        [
            "type": "service_account", "project_id": "night", "client_email": "broker@night.iam.gserviceaccount.com",
            "private_key_id": "key-1", "token_uri": "\(server.plain)/token?test=\(UUID())",
            "private_key": try String(contentsOf: server.folder.appending(path: "key.pem"), encoding: .utf8),
        ].merging(changes) { $1 }
    }

    private func find(_ file: [String: Any]) throws -> Credentials {
        try JSONSerialization.data(withJSONObject: file).write(to: URL(filePath: folder.file("key.json")))
        return try Credentials.find(for: .storage, environment: environment)
    }

    private func fault(_ credentials: Credentials) -> GoogleCloudError? {
        failure { try credentials.authorization() }
    }

    private func failure<Result>(_ call: () throws -> Result) -> GoogleCloudError? {
        do {
            _ = try call()
            return nil
        } catch { return error as? GoogleCloudError }
    }
}
