internal import Foundation

/// Lines of a file or of standard input, in batches of bounded size.
struct LineReader {
    enum Line: Sendable {
        case bytes([UInt8])
        /// Longer than may be; its bytes were passed over.
        case tooLong
    }

    static let longestLine = 16 << 20
    private static let chunk = 1 << 20

    private let file: FileHandle
    private let path: String
    private var rest: [UInt8] = []
    /// Bytes of ``rest`` that were looked through for a line's end.
    private var searched = 0
    private var isSkipping = false
    private var isAtEnd = false

    /// - Parameter path: The file, or `-` for standard input.
    /// - Throws: ``FileError`` where it cannot be opened.
    init(path: String) throws(FileError) {
        self.path = path
        guard path != "-" else {
            file = .standardInput
            return
        }
        do { file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)) } catch let error as CocoaError {
            throw FileError(path: path, detail: error.plain)
        } catch {
            throw FileError(path: path, detail: "\(error)")
        }
    }

    /// The next lines, without their ends; empty at the end. Blank lines are left out.
    mutating func nextBatch(count: Int, bytes limit: Int) throws(FileError) -> [Line] {
        var lines: [Line] = []
        var bytes = 0
        while lines.count < count && bytes < limit {
            guard let line = try nextLine() else { break }
            if case .bytes(let text) = line {
                guard text.contains(where: { $0 > UInt8(ascii: " ") }) else { continue }
                bytes += text.count
            }
            lines.append(line)
        }
        return lines
    }

    private mutating func nextLine() throws(FileError) -> Line? {
        while true {
            if let end = rest[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(rest[..<end])
                rest.removeFirst(end + 1)
                searched = 0
                defer { isSkipping = false }
                return isSkipping || line.count > Self.longestLine ? .tooLong : .bytes(line)
            }
            searched = rest.count
            if rest.count > Self.longestLine {
                isSkipping = true
                rest.removeAll()
                searched = 0
            }
            guard !isAtEnd else {
                defer { rest.removeAll() }
                if isSkipping {
                    isSkipping = false
                    return .tooLong
                }
                searched = 0
                return rest.isEmpty ? nil : .bytes(rest)
            }
            let data: Data?
            do { data = try file.read(upToCount: Self.chunk) } catch let error as CocoaError {
                throw FileError(path: path, detail: error.plain)
            } catch {
                throw FileError(path: path, detail: "\(error)")
            }
            if let data, !data.isEmpty { rest += data } else { isAtEnd = true }
        }
    }
}
