internal import Foundation

/// A file that a command writes whole.
enum WrittenFile {
    /// - Throws: ``FileError`` where it cannot be written.
    static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(FileError) {
        do { try Data(bytes).write(to: URL(fileURLWithPath: path)) } catch let error as CocoaError {
            throw FileError(path: path, detail: error.plain)
        } catch {
            throw FileError(path: path, detail: "\(error)")
        }
    }
}
