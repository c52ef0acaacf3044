package import Glibc
internal import Threads

/// A file that one process at a time holds, with that process's number in it. The lock ends with the process, however it ends.
package final class LockFile: Sendable {
    /// The open file, as long as this lives.
    package let descriptor: CInt

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - path: The file, which is made where it is missing.
    ///   - refusal: What an error says of the process that has it.
    /// - Throws: ``BrokerError/Code/inUse`` where another process has it, or why the file cannot be made.
    package init(_ path: String, refusal: (_ process: String) -> String) throws(BrokerError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system(.cannotCreate, path: path) }
        guard Self.tryLock(descriptor) else {
            let process = Self.process(in: descriptor).map { String($0) } ?? "unknown"
            close(descriptor)
            throw BrokerError(.inUse, path: path, detail: refusal(process))
        }
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Whether a process has a lock, and which; no number where the file names none that a signal may go to.
    package static func state(of path: String) -> (isHeld: Bool, process: pid_t?) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return (false, nil) }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return (false, nil) }
        return (true, process(in: descriptor))
    }

    /// Who only asks for the state of a lock has it for a moment: that refuses nobody.
    private static func tryLock(_ descriptor: CInt) -> Bool {
        for _ in 0..<5 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            pause(for: .milliseconds(20))
        }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    private static func process(in descriptor: CInt) -> pid_t? {
        var text = [UInt8](repeating: 0, count: 32)
        let count = max(0, pread(descriptor, &text, text.count, 0))
        let process = pid_t(String(decoding: text.prefix(count), as: UTF8.self).filter(\.isNumber))
        // A signal to 0 would go to the sender's whole group, and 1 starts all others.
        return process.flatMap { $0 > 1 ? $0 : nil }
    }
}
