import GoogleAuth
import Testing

@Suite struct RetryPolicyTests {
    private let quick = RetryPolicy(
        codes: [.unavailable], firstWait: .milliseconds(10), mostWait: .milliseconds(40), mostTime: .milliseconds(400))

    private func failure(_ code: GoogleCloudError.Code) -> GoogleCloudError {
        GoogleCloudError(code, service: "S", resource: "r", detail: "d")
    }

    @Test func triesUntilItSucceeds() throws {
        var tries = 0
        let result = try quick.run { () throws(GoogleCloudError) in
            tries += 1
            if tries < 4 { throw failure(.unavailable) }
            return tries
        }
        #expect(result == 4)
    }

    @Test("tries once what no wait mends", arguments: [GoogleCloudError.Code.notFound, .permissionDenied])
    func once(code: GoogleCloudError.Code) {
        var tries = 0
        #expect(throws: failure(code)) {
            try quick.run { () throws(GoogleCloudError) in
                tries += 1
                throw failure(code)
            }
        }
        #expect(tries == 1)
    }

    @Test func endsInTime() throws {
        var times: [ContinuousClock.Instant] = []
        let error = #expect(throws: GoogleCloudError.self) {
            try quick.run { () throws(GoogleCloudError) in
                times.append(.now)
                throw failure(.unavailable)
            }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.detail == "d, after \(times.count) tries")
        // Waits of 5-10, 10-20 and then 20-40 ms within 400 ms; a busy machine makes them longer, never shorter.
        #expect((2...21).contains(times.count))
        #expect(zip(times, times.dropFirst()).dropFirst(2).allSatisfy { $0.duration(to: $1) >= .milliseconds(20) })
    }

    @Test func doesNotTryWhereNothingMayPass() {
        var tries = 0
        #expect(throws: failure(.unavailable)) {
            try RetryPolicy.never.run { () throws(GoogleCloudError) in
                tries += 1
                throw failure(.unavailable)
            }
        }
        #expect(tries == 1)
    }
}
