internal import DataLayout
internal import HTTP
internal import Query
internal import Synchronization

/// Open data folders, each used by one request at a time and kept for the next: SQLite's connections are opened read only, and
/// closed where something failed.
final class ReaderPool: Sendable {
    private struct Kept: @unchecked Sendable {
        // Handed from thread to thread, and never used by two at once: see ``DataLayout/OpenFolder``.
        let reader: DataReader
        let paths: [String]
        /// A folder that was made anew under its name is another one.
        let files: [DatabaseFile?]
    }

    private let folders: @Sendable () -> [String]
    private let kept = Mutex<[Kept]>([])
    private let watch = TablesWatch()
    /// The tables of the folders.
    let tables = TableAccessCache()

    init(_ folders: @escaping @Sendable () -> [String]) { self.folders = folders }

    /// The state that the tables have now; `nil` where a folder cannot be read.
    var state: TablesState? { watch.now(folders()) }

    /// Reads with a reader whose statements end in time.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be opened, and what `body` throws.
    func read<Value>(_ body: (DataReader) throws -> Value) throws -> Value {
        let paths = folders()
        let files = paths.map { DatabaseFile(folder: $0) }
        let found = kept.withLock { kept in
            kept.removeAll { $0.paths != paths || $0.files != files }
            return kept.popLast()
        }
        let reader = try found?.reader ?? opened(paths)
        reader.setDeadline(.now + .seconds(WebSettings.readingSeconds))
        do {
            let value = try body(reader)
            keep(reader, paths, files)
            return value
        } catch {
            if Self.isHarmless(error) { keep(reader, paths, files) }
            throw error
        }
    }

    private func opened(_ paths: [String]) throws(BrokerError) -> DataReader {
        let reader = try DataReader(paths)
        try reader.setCache(bytes: WebSettings.pages / WebSettings.threads / max(1, paths.count))
        return reader
    }

    private func keep(_ reader: DataReader, _ paths: [String], _ files: [DatabaseFile?]) {
        let freed = Kept(reader: reader, paths: paths, files: files)
        kept.withLock { if $0.count < WebSettings.threads { $0.append(freed) } }
    }

    /// Whether what was asked for is not there, and nothing else is wrong.
    private static func isHarmless(_ error: any Error) -> Bool {
        if error is Problem { return true }
        guard let error = error as? BrokerError else { return false }
        return [.unknownAlert, .unknownObject, .unknownTopic, .ambiguous].contains(error.code)
    }
}

/// How many statements from outside run at once: the others' answers must not wait for them.
final class StatementGate: Sendable {
    private static let most = 2
    private let running = Mutex(0)

    /// Runs one.
    ///
    /// - Throws: ``Problem`` where too many run, and what `body` throws.
    func run<Value>(_ body: () throws -> Value) throws -> Value {
        let isFree = running.withLock { running in
            guard running < Self.most else { return false }
            running += 1
            return true
        }
        guard isFree else {
            throw Problem(
                .busy, "\(Self.most) statements run already; ask again in a moment", [HTTPHeader("Retry-After", "1")])
        }
        defer { running.withLock { $0 -= 1 } }
        return try body()
    }
}
