internal import Foundation
internal import Glibc

/// A file without a name, which is gone when its owner lets go, however the process ends.
final class SpoolFile: Sendable {
    /// Its length.
    let count: Int
    private let handle: Int32

    /// Writes bytes; `nil` where the disk does not take them.
    init?(_ bytes: [UInt8]) {
        var path = Array((NSTemporaryDirectory() + "/nightjar-tap-XXXXXX").utf8CString)
        handle = mkstemp(&path)
        guard handle >= 0 else { return nil }
        unlink(path)
        count = bytes.count
        var at = 0
        while at < bytes.count {
            let written = bytes.withUnsafeBytes { write(handle, $0.baseAddress?.advanced(by: at), bytes.count - at) }
            guard written > 0 || written < 0 && errno == EINTR else { return nil }
            at += max(written, 0)
        }
    }

    deinit { if handle >= 0 { close(handle) } }

    /// What was written; `nil` where it cannot be read again.
    func read() -> [UInt8]? {
        var isWhole = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            while length < count {
                let taken = pread(handle, buffer.baseAddress?.advanced(by: length), count - length, off_t(length))
                if taken < 0, errno == EINTR { continue }
                guard taken > 0 else {
                    isWhole = false
                    return
                }
                length += taken
            }
        }
        return isWhole ? bytes : nil
    }
}
