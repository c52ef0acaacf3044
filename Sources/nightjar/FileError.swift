internal import Foundation

/// A file that a command could not read, use or write.
struct FileError: Error, CustomStringConvertible {
    let path: String
    let detail: String
    var description: String { "\(path): \(detail)" }
}

extension CocoaError {
    /// The system's own words.
    var plain: String {
        if let code = (userInfo[NSUnderlyingErrorKey] as? NSError)?.code {
            return String(cString: strerror(CInt(code)))
        }
        let number: CInt? =
            switch code {
            case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
            case .fileReadNoPermission, .fileWriteNoPermission: EACCES
            case .fileWriteOutOfSpace: ENOSPC
            case .fileWriteFileExists: EEXIST
            case .fileWriteVolumeReadOnly: EROFS
            default: nil
            }
        return number.map { String(cString: strerror($0)) } ?? localizedDescription
    }
}
