internal import Foundation
internal import Glibc
internal import Synchronization

extension Array where Element: Sendable {
    /// Transforms the elements in several threads, and returns the results in the order of the elements.
    ///
    /// The calling thread works too. Elements begin in order; once one has failed, no further one begins.
    /// - Parameters:
    ///   - width: How many elements are worked on at once; as many as there are cores where it is not given.
    ///   - transform: Called once for each element, in any of the threads.
    /// - Returns: The results, as many as there are elements. No thread is at work any more.
    /// - Throws: What the first element that failed threw.
    package func concurrentMap<Output: Sendable, Failure: Error>(
        width: Int = ProcessInfo.processInfo.activeProcessorCount,
        _ transform: @Sendable (Element) throws(Failure) -> Output
    ) throws(Failure) -> [Output] {
        precondition(width > 0, "a map needs a thread")
        let progress = Mutex((begun: 0, results: [Result<Output, Failure>?](repeating: nil, count: count)))
        inThreads(Swift.min(width, count)) {
            var last: (index: Int, result: Result<Output, Failure>)?
            while true {
                let next = progress.withLock { progress -> Int? in
                    if let last {
                        progress.results[last.index] = last.result
                        if case .failure = last.result { progress.begun = count }
                    }
                    guard progress.begun < count else { return nil }
                    defer { progress.begun += 1 }
                    return progress.begun
                }
                guard let next else { return }
                last = (next, Result { () throws(Failure) in try transform(self[next]) })
            }
        }
        let results = progress.withLock { $0.results }
        var outputs: [Output] = []
        outputs.reserveCapacity(count)
        // Behind a failure, and only there, are elements that never began.
        for case let result? in results { outputs.append(try result.get()) }
        return outputs
    }
}

/// Does the same work in several threads at once, the calling one among them, and returns when all have ended.
///
/// Where the system gives no more threads, those that there are do it.
private func inThreads(_ count: Int, _ work: @Sendable () -> Void) {
    withoutActuallyEscaping(work) { work in
        let threads = (1..<max(count, 1)).compactMap { _ in start(work) }
        work()
        for thread in threads { pthread_join(thread, nil) }
    }
}

private func start(_ work: @escaping @Sendable () -> Void) -> pthread_t? {
    let box = Unmanaged.passRetained(ThreadWork(work))
    var thread = pthread_t()
    let status = pthread_create(
        &thread, nil,
        { box in
            if let box { Unmanaged<ThreadWork>.fromOpaque(box).takeRetainedValue().work() }
            return nil
        }, box.toOpaque())
    guard status == 0 else {
        box.release()
        return nil
    }
    return thread
}

/// What a thread does, as C carries it there.
private final class ThreadWork {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}
