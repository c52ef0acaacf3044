import HTTP
import LoopbackServer
import Testing

/// Against a real server on loopback, which says by path how it behaves (see `server.py`).
@Suite struct HTTPTests {
    private static let shared = Result { try LoopbackServer() }
    private let server: LoopbackServer
    private var quick = HTTPSettings()

    init() throws {
        server = try Self.shared.get()
        quick.firstWait = .milliseconds(1)
        quick.retries = 3
    }

    @Test("gets a body", arguments: ["whole", "chunked"], [0, 1, 70_000, 3_000_000])
    func whole(kind: String, size: Int) throws {
        let body = try HTTP.get("\(server.plain)/\(kind)?size=\(size)", limit: size, settings: quick)
        #expect(body == noise(size))
    }

    @Test func keepsTheLimit() {
        let url = "\(server.plain)/whole?size=100000"
        #expect(fault { _ = try HTTP.get(url, limit: 99_999, settings: quick) }?.code == .tooLong)
    }

    @Test func tellsTheLength() throws {
        let download = try HTTPDownload("\(server.plain)/whole?size=5000", settings: quick)
        #expect(download.length == nil)
        let body = try download.drain()
        #expect(body == noise(5_000))
        #expect(download.length == 5_000)
    }

    @Test("says which status and where, without secrets", arguments: [400, 401, 403, 404, 410, 501])
    func status(code: Int) throws {
        let port = server.plain.dropFirst("http://".count)
        let url = "http://user:secret1@\(port)/status/\(code)?token=secret2"
        let error = try #require(fault { _ = try HTTP.get(url, limit: 100, settings: quick) })
        #expect(error.code == .status(code))
        #expect(error.description == "http://\(port)/status/\(code): the server responded with status \(code)")
    }

    @Test func triesAgainWhenTheServerIsBusy() throws {
        #expect(try HTTP.get("\(server.plain)/busy/3", limit: 1_000, settings: quick) == noise(1_000))
        #expect(
            fault { _ = try HTTP.get("\(server.plain)/busy/100", limit: 1_000, settings: quick) }?.code == .status(503))
        #expect(try visits("/busy/100") == 4)  // once, and three tries more
    }

    @Test func followsFewRedirectsAndNeverToAFile() throws {
        #expect(try HTTP.get("\(server.plain)/redirect/5", limit: 10, settings: quick) == noise(10))
        #expect(
            fault { _ = try HTTP.get("\(server.plain)/redirect/6", limit: 10, settings: quick) }?.code
                == .tooManyRedirects)
        for place in ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/"] {
            let url = "\(server.plain)/elsewhere?to=\(place)"
            #expect(fault { _ = try HTTP.get(url, limit: 10_000, settings: quick) }?.code == .refused)
        }
    }

    @Test func takesABrokenTransferUpAgain() throws {
        let url = "\(server.plain)/cut/same?size=1000000&at=300000"
        let download = try HTTPDownload(url, settings: quick)
        let body = try download.drain()
        #expect(body == noise(1_000_000))
        #expect(try visits("/cut/same?size=1000000&at=300000") == 4)
    }

    @Test(
        "gives up where parts would not fit",
        arguments: [("changing", HTTPError.Code.changed), ("weak", .interrupted), ("none", .interrupted)])
    func brokenForGood(kind: String, code: HTTPError.Code) throws {
        let download = try HTTPDownload("\(server.plain)/cut/\(kind)?size=900000&at=300000", settings: quick)
        var body: [UInt8] = []
        let end = download.drain(into: &body)
        let error = try #require(end)
        #expect(error.code == code)
        #expect(error.offset == 300_000)
        #expect(body == noise(300_000))
    }

    @Test func givesUpOnAServerThatAlwaysHangsUp() {
        #expect(fault { _ = try HTTP.get("\(server.plain)/drop", limit: 10, settings: quick) }?.code == .interrupted)
    }

    @Test func givesUpOnAServerThatStalls() throws {
        var settings = quick
        settings.retries = 0
        settings.stallTimeout = .seconds(3)  // the first bytes must have come by then
        let error = fault { _ = try HTTP.get("\(server.plain)/stall", limit: 1_000, settings: settings) }
        #expect(error?.code == .timedOut)
        #expect(error?.offset == 10)
    }

    @Test func receivesNoMoreThanIsAskedFor() throws {
        let size = 200_000_000
        let download = try HTTPDownload("\(server.plain)/flood?size=\(size)", settings: quick)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
        defer { room.deallocate() }
        var count = try download.read(into: room)
        var before = -1
        while true {  // until the server can send no more: both sockets' buffers and ours are full
            let text = try HTTP.get("\(server.plain)/sent", limit: 20, settings: quick)
            let sent = try #require(Int(String(decoding: text, as: UTF8.self)))
            if sent == before && sent > 0 { break }
            before = sent
        }
        #expect(before < 40_000_000)
        while count < 30_000_000 { count += try download.read(into: room) }  // and it goes on
    }

    @Test func trustsOnlyKnownCertificates() throws {
        let url = "\(server.secure)/whole?size=1000"
        #expect(fault { _ = try HTTP.get(url, limit: 1_000, settings: quick) }?.code == .untrusted)
        var trusting = quick
        trusting.certificateFile = server.certificate
        #expect(try HTTP.get(url, limit: 1_000, settings: trusting) == noise(1_000))
        let port = server.secure.split(separator: ":").last ?? ""
        let otherName = "https://127.0.0.1:\(port)/whole"  // the certificate is for localhost
        #expect(fault { _ = try HTTP.get(otherName, limit: 1_000, settings: trusting) }?.code == .untrusted)
        let down = "\(server.secure)/elsewhere?to=\(server.plain)/whole"  // a redirect must not give up TLS
        #expect(fault { _ = try HTTP.get(down, limit: 1_000, settings: trusting) }?.code == .refused)
    }

    @Test func sendsHeaders() throws {
        var settings = quick
        settings.headers = [HTTPHeader("Accept", "application/vnd.schemaregistry.v1+json")]
        let body = try HTTP.get("\(server.plain)/echo/Accept", limit: 100, settings: settings)
        #expect(String(decoding: body, as: UTF8.self) == "application/vnd.schemaregistry.v1+json")
    }

    @Test func saysWhenNobodyListens() {
        var settings = quick
        settings.retries = 1
        // Port 1 (tcpmux) is free wherever this runs.
        #expect(fault { _ = try HTTP.get("http://127.0.0.1:1/", limit: 1, settings: settings) }?.code == .unreachable)
    }

    @Test(
        "refuses what is no web address",
        arguments: ["", "night.tar.gz", "ftp://a/b", "file:///etc/passwd", "http://", "https://a b/", "http://a\0b/"])
    func addresses(text: String) {
        #expect(fault { _ = try HTTPDownload(text) }?.code == .invalidAddress)
        #expect(shownAddress(text) == nil)
    }

    @Test func showsNoSecrets() {
        #expect(shownAddress("HTTPS://me:pw@host:8443/a/b.tar.gz?sig=abc#x") == "https://host:8443/a/b.tar.gz")
    }

    private func visits(_ path: String) throws -> Int? {
        let escaped = path.replacing("&", with: "%26").replacing("?", with: "%3F").replacing("=", with: "%3D")
        let text = try HTTP.get("\(server.plain)/visits?path=\(escaped)", limit: 20, settings: quick)
        return Int(String(decoding: text, as: UTF8.self))
    }

    private func fault(_ call: () throws -> Void) -> HTTPError? {
        do {
            try call()
            return nil
        } catch { return error as? HTTPError }
    }

    /// The body the server makes: a 32-bit counter, little-endian.
    private func noise(_ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: ($0 / 4) >> (8 * ($0 % 4))) }
    }
}

extension HTTPDownload {
    /// Reads on to the end or the error; in small pieces, so that the buffer behind the reader is used.
    fileprivate func drain(into body: inout [UInt8]) -> HTTPError? {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 5_000, alignment: 16)
        defer { room.deallocate() }
        do throws(HTTPError) {
            while true {
                let count = try read(into: room)
                guard count > 0 else { return nil }
                body.append(contentsOf: room[..<count])
            }
        } catch { return error }
    }

    fileprivate func drain() throws -> [UInt8] {
        var body: [UInt8] = []
        if let error = drain(into: &body) { throw error }
        return body
    }
}
