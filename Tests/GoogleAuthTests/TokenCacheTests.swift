import Dispatch
import GoogleAuth
import Synchronization
import Testing

/// With a clock of the test's own, so that no test waits for a token to end.
@Suite struct TokenCacheTests {
    /// Counts the tokens that were fetched, and moves the clock.
    private final class Server: Sendable {
        struct State {
            var now = ContinuousClock.now
            var fetched = 0
            var fails = false
        }
        let state = Mutex(State())
        let entered = DispatchSemaphore(value: 0)
        let gate = DispatchSemaphore(value: 0)

        func cache(gated: Bool = false) -> TokenCache {
            TokenCache(now: { self.state.withLock(\.now) }) { () throws(GoogleCloudError) in
                if gated {
                    self.entered.signal()
                    self.gate.wait()
                }
                let (fetched, now, fails) = self.state.withLock { state in
                    state.fetched += 1
                    return (state.fetched, state.now, state.fails)
                }
                if fails { throw GoogleCloudError(.unavailable, service: "", resource: "", detail: "\(fetched)") }
                return AccessToken("token-\(fetched)", life: .seconds(3_600), from: now)
            }
        }

        func wait(_ seconds: Int) { state.withLock { $0.now += .seconds(seconds) } }
        func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }
        var fetched: Int { state.withLock(\.fetched) }
    }

    @Test func renewsBeforeTheEnd() throws {
        let server = Server()
        let cache = server.cache()
        #expect(try cache.token() == "token-1")
        server.wait(3_600 - 226)
        #expect(try cache.token() == "token-1")
        server.wait(1)  // 225 s before its end
        #expect(try cache.token() == "token-2")
    }

    @Test func oneRenewsWhileTheOthersGoOn() throws {
        let server = Server()
        let cache = server.cache(gated: true)
        server.gate.signal()
        #expect(try cache.token() == "token-1")
        server.entered.wait()
        server.wait(3_500)
        let renewed = DispatchSemaphore(value: 0)
        let newer = Mutex("")
        DispatchQueue.global().async {
            if let token = try? cache.token() { newer.withLock { $0 = token } }
            renewed.signal()
        }
        server.entered.wait()  // it is being fetched, and stays so until the gate opens
        #expect(try cache.token() == "token-1")
        server.gate.signal()
        renewed.wait()
        #expect(newer.withLock { $0 } == "token-2")
        #expect(try cache.token() == "token-2")
        #expect(server.fetched == 2)
    }

    @Test func manyWhoFindItEndedFetchItOnce() {
        let server = Server()
        let cache = server.cache()
        let tokens = Mutex<Set<String>>([])
        DispatchQueue.concurrentPerform(iterations: 16) { _ in
            if let token = try? cache.token() { tokens.withLock { _ = $0.insert(token) } }
        }
        #expect(tokens.withLock { $0 } == ["token-1"])
        #expect(server.fetched == 1)
    }

    @Test func goesOnWithTheOldOneWhereRenewalFails() throws {
        let server = Server()
        let cache = server.cache()
        #expect(try cache.token() == "token-1")
        server.wait(3_500)
        server.fail(true)
        #expect(try cache.token() == "token-1")
        #expect(try cache.token() == "token-1")
        #expect(server.fetched == 2)  // not tried again at each call
        server.wait(6)
        #expect(try cache.token() == "token-1")
        #expect(server.fetched == 3)
        server.wait(200)  // it has ended
        #expect(throws: GoogleCloudError.self) { try cache.token() }
        server.fail(false)
        server.wait(6)
        #expect(try cache.token() == "token-5")
    }

    @Test func asksAShortLivedOneInTime() throws {
        let token = AccessToken("a", life: .seconds(8))
        let now = Mutex(token.begins)
        let fetched = Mutex(0)
        let cache = TokenCache(now: { now.withLock { $0 } }) { () throws(GoogleCloudError) in
            fetched.withLock { $0 += 1 }
            return AccessToken("a", life: .seconds(8), from: now.withLock { $0 })
        }
        _ = try cache.token()
        now.withLock { $0 += .seconds(5) }
        _ = try cache.token()
        #expect(fetched.withLock { $0 } == 1)
        now.withLock { $0 += .seconds(1) }  // a quarter of its life is left
        _ = try cache.token()
        #expect(fetched.withLock { $0 } == 2)
    }
}
