internal import Threads

/// When and how often a call is tried again: exponential waits with jitter, and an end.
package struct RetryPolicy: Sendable {
    /// What may pass by itself; each service has rules of its own.
    package var codes: Set<GoogleCloudError.Code>
    /// The wait before the second try.
    package var firstWait: Duration
    /// The longest wait between two tries.
    package var mostWait: Duration
    /// How much longer each wait is than the one before.
    package var factor: Double
    /// No further try begins later than this after the first.
    package var mostTime: Duration

    /// A policy for these codes.
    package init(
        codes: Set<GoogleCloudError.Code>, firstWait: Duration = .seconds(1), mostWait: Duration = .seconds(32),
        factor: Double = 2, mostTime: Duration = .seconds(120)
    ) {
        self.codes = codes
        self.firstWait = firstWait
        self.mostWait = mostWait
        self.factor = factor
        self.mostTime = mostTime
    }

    /// One try.
    package static let never = RetryPolicy(codes: [])

    /// Calls `body` until it succeeds, fails for good, or the time is over; the calling thread waits in between.
    ///
    /// Each wait is between half of and the whole exponential wait, at random, so that many who failed together do
    /// not come again together.
    /// - Throws: What the last try threw, with the number of tries if there were several.
    package func run<Result>(
        _ body: () throws(GoogleCloudError) -> Result
    ) throws(GoogleCloudError) -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        var wait = firstWait
        var tries = 1
        while true {
            do throws(GoogleCloudError) { return try body() } catch {
                let pause = wait * Double.random(in: 0.5...1)
                guard codes.contains(error.code), start.duration(to: clock.now) + pause <= mostTime else {
                    throw tries == 1 ? error : error.after(tries: tries)
                }
                Threads.pause(for: pause)
                wait = min(wait * factor, mostWait)
                tries += 1
            }
        }
    }
}

extension GoogleCloudError {
    fileprivate func after(tries: Int) -> GoogleCloudError {
        GoogleCloudError(code, service: service, resource: resource, detail: "\(detail), after \(tries) tries")
    }
}
