internal import Foundation

/// The open file descriptors of this process.
package enum Descriptors {
    /// What each is of, such as a path or `pipe:[4711]`, in order.
    package static func open() throws -> [String] {
        let folder = "/proc/self/fd"
        // The descriptor that lists the folder is gone by the time that its target is asked for.
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }.sorted()
    }

    /// What is open once that is no more than it was before, or in a minute: what ends by itself closes some time after.
    package static func open(returningTo before: [String]) throws -> [String] {
        let deadline = ContinuousClock.now + .seconds(300)
        while try open().count > before.count, ContinuousClock.now < deadline { usleep(1_000) }
        return try open()
    }
}
