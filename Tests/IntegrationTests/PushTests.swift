import CloudStorage
import CloudBroker
import Foundation
import HTTP
import LoopbackServer
import TestServers
import TestSupport
import Testing

/// The command as what is pushed to: whom it lets in, and where it listens.
@Suite(.serialized) struct PushTests {
    private static let stage = [
        "stage", "archive", "--to", "gs://b", "--dead-letters", "pubsub://p1/dead", "--http",
    ]

    @Test(
        "what would let anybody in is refused before anything else",
        arguments: [
            (["0.0.0.0:0"], "listens to other machines"), (["192.0.2.1:8080"], "listens to other machines"),
            ([":0", "--audience", "a"], "belong together"), ([":0", "--service-account", "a@b"], "belong together"),
            (["0.0.0.0:0", "--audience", "", "--service-account", "a@b"], "belong together"),
            (["0.0.0.0:0", "--audience", "a", "--service-account", "a@b", "--unauthenticated"], "exclude each other"),
            ([":0", "--signing-keys", "https://a/"], "is for --audience"),
            (
                [":0", "--audience", "a", "--service-account", "a@b", "--signing-keys", "http://example.org/"],
                "neither https nor on this machine"
            ),
            ([":0", "--from", "pubsub://p1/s"], "exclude each other"), (["8080"], "say :PORT or HOST:PORT"),
        ])
    func refused(words: [String], reason: String) throws {
        let outcome = try NightjarProcess(Self.stage + words).outcome()
        #expect(outcome.status == 2 && outcome.errors.contains(reason), "\(outcome)")
    }

    @Test("these options are for --http", arguments: ["audience", "service-account", "signing-keys"])
    func withoutListener(option: String) throws {
        let words = [
            "stage", "archive", "--from", "pubsub://p1/s", "--to", "gs://b", "--dead-letters", "pubsub://p1/dead",
            "--\(option)", "x",
        ]
        let outcome = try NightjarProcess(words).outcome()
        #expect(outcome.status == 2 && outcome.errors.contains("--\(option) is for --http"), "\(outcome)")
    }

    @Test(
        "a push with the right token is archived; any other reaches nothing",
        .enabled(if: CloudStation.isThere, "\(CloudStation.skipped)"))
    func tokens() throws {
        let station = try CloudStation()
        try station.setUp()
        let signer = try TokenSigner()
        let process = try station.start([
            "stage", "archive", "--http", ":0", "--audience", TokenSigner.audience, "--service-account",
            TokenSigner.account, "--signing-keys", signer.address, "--to", "gs://\(station.archiveBucket)",
            "--dead-letters", station.address(.deadLetters), "--json",
        ])
        let isUp = process.waits { process.errors.contains("takes messages on port ") }
        #expect(isUp, "\(process.errors)")
        let port = try #require(process.errors.firstMatch(of: /takes messages on port (\d+)/)).1
        func push(_ candid: Int64, _ token: String?, method: HTTPMethod = .post, _ path: String = "/") throws -> Int {
            let packet = Data(try SmallPacket(candid: candid).container()).base64EncodedString()
            let body = #"{"message": {"data": "\#(packet)", "messageId": "\#(candid)"}}"#
            let headers = token.map { [HTTPHeader("Authorization", "Bearer \($0)")] } ?? []
            let request = HTTPRequest(
                method, "http://127.0.0.1:\(port)\(path)", headers: headers, body: Array(body.utf8))
            return try HTTPClient().send(request, limit: 10_000, deadline: .seconds(60)).status
        }
        let right = try signer.token()
        #expect(try push(1, right) == 204)
        #expect(try push(2, nil) == 401)
        #expect(try push(3, "wrong") == 401)
        #expect(try push(4, signer.token(claims: ["aud": "https://elsewhere/"])) == 401)
        #expect(try push(5, signer.token(claims: ["email": "me@elsewhere.iam.gserviceaccount.com"])) == 401)
        #expect(try push(6, signer.token(key: "own", head: ["kid": "one"])) == 401)
        #expect(try push(7, right, "/any/path") == 404)
        #expect(try push(8, right, method: .put) == 405)
        #expect(try push(9, right) == 204)
        #expect(
            try station.objects(station.archiveBucket).map(\.path.object).sorted().map {
                $0.contains(".1.") || $0.contains(".9.")
            } == [true, true])
        process.terminate()
        let outcome = try process.outcome()
        #expect(outcome.status == 0 && outcome.output.contains(#""messages": 2"#), "\(outcome)")
        #expect(outcome.errors.contains("refused a push: no token"), "\(outcome.errors)")
        #expect(try station.pull(station.counter(.deadLetters), 0).isEmpty)
    }
}
