internal import Foundation

/// A file that appears under its name only when it is whole; else nothing of it stays.
package final class WholeFile {
    private let path: String
    /// The same for every try, so that what a kill left is written over by the next.
    private let partial: String
    private let file: FileHandle
    private var isWhole = false

    /// Begins a file.
    ///
    /// - Throws: ``SimulatorError`` where it cannot be made.
    package init(_ path: String) throws(SimulatorError) {
        self.path = path
        partial = path + ".partial"
        guard FileManager.default.createFile(atPath: partial, contents: nil),
            let file = FileHandle(forWritingAtPath: partial)
        else { throw SimulatorError(.cannotWrite, path: path, detail: String(cString: strerror(errno))) }
        self.file = file
    }

    deinit { if !isWhole { unlink(partial) } }

    /// Adds bytes to its end.
    package func write(_ bytes: [UInt8]) throws(SimulatorError) {
        do { try file.write(contentsOf: bytes) } catch { throw failed(error) }
    }

    /// Puts it under its name.
    package func finish() throws(SimulatorError) {
        do { try file.close() } catch { throw failed(error) }
        isWhole = rename(partial, path) == 0
        guard isWhole else {
            throw SimulatorError(.cannotWrite, path: path, detail: String(cString: strerror(errno)))
        }
    }

    private func failed(_ error: any Error) -> SimulatorError {
        let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code ?? (error as NSError).code
        return SimulatorError(
            .cannotWrite, path: path, detail: String(cString: strerror(CInt(truncatingIfNeeded: code))))
    }
}
