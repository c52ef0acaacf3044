import Synchronization
import Testing
import Threads

@Suite struct ConcurrentMapTests {
    private struct Refused: Error, Equatable { let element: Int }

    private let elements = Array(0..<1_000)

    @Test("results are in the order of the elements", arguments: [1, 2, 16, 5_000]) func order(width: Int) {
        #expect(elements.concurrentMap(width: width) { $0 * 3 } == elements.map { $0 * 3 })
    }

    @Test func nothing() { #expect([Int]().concurrentMap { $0 } == []) }

    @Test("as many are at work as asked for, and no more", .timeLimit(.minutes(1))) func width() {
        let working = Monitor((now: 0, most: 0))
        let met = Array(0..<40).concurrentMap(width: 8) { _ in
            working.change { working in
                working.now += 1
                working.most = max(working.most, working.now)
            }
            // Fewer threads than eight would wait for one another in vain.
            let met = working.wait(for: .seconds(30)) { $0.most == 8 ? true : nil }
            working.change { $0.now -= 1 }
            return met
        }
        #expect(met == Array(repeating: true, count: 40))
        #expect(working.withLock { $0.most } == 8)
    }

    @Test("the first element that fails gives the error", arguments: [1, 2, 16]) func failure(width: Int) {
        #expect(throws: Refused(element: 500)) {
            try elements.concurrentMap(width: width) { element throws(Refused) in
                if element >= 500 { throw Refused(element: element) }
            }
        }
    }

    @Test("nothing begins after a failure") func failsEarly() {
        let begun = Mutex(0)
        #expect(throws: Refused(element: 2)) {
            try elements.concurrentMap(width: 1) { element throws(Refused) in
                begun.withLock { $0 += 1 }
                if element == 2 { throw Refused(element: element) }
            }
        }
        #expect(begun.withLock { $0 } == 3)
    }
}
