internal import Glibc

/// The room on the disk where a folder is, bytes.
package struct DiskState: Hashable, Sendable {
    /// What a program without privileges can still write.
    package let free: Int64
    /// The whole file system.
    package let size: Int64

    /// A disk of these numbers.
    package init(free: Int64, size: Int64) { (self.free, self.size) = (free, size) }

    /// The disk of a folder now; `nil` where the file system does not say.
    package init?(of folder: String) {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        // As many as fit: a file system may say any number.
        let block = Double(status.f_frsize)
        free = Int64(min(Double(status.f_bavail) * block, 1e18))
        size = Int64(min(Double(status.f_blocks) * block, 1e18))
    }
}
