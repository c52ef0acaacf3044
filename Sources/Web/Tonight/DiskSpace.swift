internal import Glibc

/// The disk that a folder is on.
enum DiskSpace {
    /// Bytes that are free there; `nil` where the folder is not.
    static func free(at folder: String) -> Double? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        return Double(status.f_bavail) * Double(status.f_frsize)
    }
}
