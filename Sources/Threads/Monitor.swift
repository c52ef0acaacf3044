internal import Glibc

/// A value that threads share, and wait on until it is as they want it.
///
/// `@unchecked Sendable` because every access to the value holds the lock.
package final class Monitor<Value>: @unchecked Sendable {
    private var value: Value
    // Both must stay where they are while they are used.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// A monitor of a value.
    package init(_ value: Value) {
        self.value = value
        pthread_mutex_init(lock, nil)
        // A step of the wall clock must not stretch a wait.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    /// Reads the value, or changes it in a way that nobody waits for.
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body(&value)
    }

    /// Changes the value; whoever waits looks at it again.
    package func change<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { pthread_cond_broadcast(changed) }
        return try withLock(body)
    }

    /// Whoever waits looks at the value again.
    package func notify() { pthread_cond_broadcast(changed) }

    /// Waits until `body` gives something, at most so long; `nil` when the time is over.
    ///
    /// - Parameters:
    ///   - timeout: `nil` waits without end.
    ///   - body: Looked at under the lock, and again after every ``change(_:)``. What it changes itself wakes nobody.
    /// - Returns: What `body` gave.
    package func wait<Result>(for timeout: Duration? = nil, until body: (inout Value) -> Result?) -> Result? {
        var end = timespec()
        if let timeout {
            clock_gettime(CLOCK_MONOTONIC, &end)
            let (seconds, attoseconds) = timeout.components
            let nanoseconds = end.tv_nsec + Int(attoseconds / 1_000_000_000)
            // Longer than a process lives, and no overflow.
            end.tv_sec += Int(min(max(seconds, 0), 1 << 32)) + nanoseconds / 1_000_000_000
            end.tv_nsec = max(nanoseconds % 1_000_000_000, 0)
        }
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        var isLate = false
        while true {
            if let result = body(&value) { return result }
            if isLate { return nil }
            if timeout == nil {
                pthread_cond_wait(changed, lock)
            } else {
                isLate = pthread_cond_timedwait(changed, lock, &end) == ETIMEDOUT
            }
        }
    }
}
