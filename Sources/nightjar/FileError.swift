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
        let code = (userInfo[NSUnderlyingErrorKey] as? NSError)?.code
        return code.map { String(cString: strerror(CInt($0))) } ?? localizedDescription
    }
}
