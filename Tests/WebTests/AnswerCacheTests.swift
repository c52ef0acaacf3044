import DataLayout
import Foundation
import Synchronization
import Testing
import Threads

@testable import Web

@Suite struct AnswerCacheTests {
    private struct Failure: Error {}

    private let cache = AnswerCache()

    private func key(_ number: Int) throws -> AnswerCache.Key {
        let parameter = Parameter.optional("id", .id, "an id")
        return AnswerCache.Key(
            path: "/", values: try ParameterValues([parameter], path: [:], query: ["id": "\(number)"]))
    }

    private func state(_ number: Int64) -> TablesState { TablesState(opening: 1, versions: [number]) }

    private func answer(_ byte: UInt8, count: Int = 2_000) -> WebAnswer {
        WebAnswer([UInt8](repeating: byte, count: count), "text/plain")
    }

    @Test("an answer is made once for each state of the tables") func states() throws {
        let key = try key(1)
        for (number, expected) in [(1, 1), (1, 1), (2, 2), (2, 2), (1, 3)] as [(Int64, UInt8)] {
            let found = try cache.answer(key, state(number)) { answer(expected) }
            #expect(found.body.first == expected)
        }
    }

    @Test("many who ask at once get one answer") func once() throws {
        let (key, now) = (try key(1), state(1))
        let made = Mutex(0)
        // The one who makes it ends when all have asked.
        let (asked, found) = (Monitor(0), Monitor([[UInt8]]()))
        let cache = cache
        for _ in 0..<4 {
            Thread.detachNewThread {
                asked.change { $0 += 1 }
                let answer = try? cache.answer(key, now) {
                    made.withLock { $0 += 1 }
                    _ = asked.wait { $0 == 4 ? () : nil }
                    return WebAnswer([7], "text/plain")
                }
                found.change { $0.append(answer?.body ?? []) }
            }
        }
        #expect(found.wait { $0.count == 4 ? $0 : nil } == [[7], [7], [7], [7]])
        #expect(made.withLock { $0 } == 1)
    }

    @Test("a failure is kept for nobody") func failure() throws {
        let (key, now) = (try key(1), state(1))
        #expect(throws: Failure.self) { try cache.answer(key, now) { throw Failure() } }
        #expect(try cache.answer(key, now) { answer(1) }.body.first == 1)
    }

    @Test("what is kept is bounded, and what was asked for last stays") func bounded() throws {
        let (size, now) = (1 << 20, state(1))
        for number in 0..<60 {
            _ = try cache.answer(key(number), now) { answer(1, count: size) }
            _ = try cache.answer(key(0), now) { answer(1, count: size) }
        }
        var again = 0
        for number in 0..<60 {
            _ = try cache.answer(key(number), now) {
                again += 1
                return answer(1, count: size)
            }
        }
        #expect(again > 30)
        var isKept = true
        _ = try cache.answer(key(59), now) {
            isKept = false
            return answer(2)
        }
        #expect(isKept)
        // One that is too long is made each time.
        let long = AnswerCache.Key(path: "/long", values: try key(0).values)
        for byte in 1...2 as ClosedRange<UInt8> {
            let found = try cache.answer(long, now) { answer(byte, count: 5 << 20) }
            #expect(found.body.first == byte)
        }
    }
}
