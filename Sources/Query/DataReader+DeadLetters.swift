package import DataLayout
internal import SQLite

/// A dead letter and the folder that keeps it.
package struct FolderLetter: Sendable, Hashable {
    /// The data folder's path.
    package let folder: String
    /// The letter, whose id is the folder's.
    package let letter: DeadLetter
}

/// How many letters have a reason.
package struct LetterCount: Sendable, Hashable {
    /// The reason.
    package let code: String
    /// All letters of this reason.
    package private(set) var letters: Int
    /// Those that were not replayed.
    package private(set) var waiting: Int

    fileprivate mutating func add(_ other: LetterCount) {
        letters += other.letters
        waiting += other.waiting
    }
}

extension DataReader {
    /// Letters looked up at a time.
    private static let lettersAtOnce = 1_000

    /// Gives the letters of one folder after the other, in each by number.
    ///
    /// - Parameters:
    ///   - night: YYYYMMDD: the letters of the sources alone that brought alerts of the night; `nil` for all.
    ///   - limit: How many at most.
    ///   - body: Given each.
    /// - Throws: ``DataLayout/BrokerError``, or what the closure throws.
    package func forEachDeadLetter(
        ofNight night: Int? = nil, limit: Int = .max, _ body: (FolderLetter) throws -> Void
    ) throws {
        var left = limit
        for folder in folders {
            let sources = try night.map { (night) throws(BrokerError) in try folder.sources(ofNight: night) }
            var last: Int64 = -1
            while left > 0 {
                let most = sources == nil ? min(left, Self.lettersAtOnce) : Self.lettersAtOnce
                let letters = try DeadLetter.list(in: folder.database, after: last, limit: most)
                for letter in letters where left > 0 && sources?.contains(letter.key) ?? true {
                    try body(FolderLetter(folder: folder.path, letter: letter))
                    left -= 1
                }
                guard letters.count == most, let end = letters.last else { break }
                last = end.id
            }
        }
    }

    /// All letters, as ``forEachDeadLetter(limit:_:)`` gives them.
    package func deadLetters() throws -> [FolderLetter] {
        var all: [FolderLetter] = []
        try forEachDeadLetter { all.append($0) }
        return all
    }

    /// The letters of all folders by their reasons, the most frequent first.
    ///
    /// - Parameter night: YYYYMMDD: the letters of the sources alone that brought alerts of the night; `nil` for all.
    /// - Returns: The counts.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func deadLetterCounts(ofNight night: Int? = nil) throws(BrokerError) -> [LetterCount] {
        var counts: [String: LetterCount] = [:]
        // SQLite knows the sources of a night; 1 is every one.
        let isChosen =
            night.map {
                "(source, fingerprint, partition) IN "
                    + "(SELECT source, fingerprint, partition FROM ledger WHERE night = \($0) AND received > 0)"
            } ?? "1"
        for folder in folders {
            do {
                let query = try folder.database.prepare(
                    "SELECT code, count(*), sum(state = 'waiting') FROM dead_letters WHERE \(isChosen) GROUP BY code")
                while try query.step() {
                    let count = LetterCount(
                        code: query.text(0) ?? "", letters: Int(query.integer(1)), waiting: Int(query.integer(2)))
                    counts[count.code, default: LetterCount(code: count.code, letters: 0, waiting: 0)].add(count)
                }
            } catch { throw BrokerError(error) }
        }
        return counts.values.sorted { ($1.letters, $0.code) < ($0.letters, $1.code) }
    }

    /// The packet of a letter, as it was received.
    ///
    /// - Throws: ``DataLayout/BrokerError``, of code `ambiguous` where several folders have a letter of this number.
    package func deadLetterPacket(_ id: Int64) throws(BrokerError) -> ArraySlice<UInt8> {
        var holders: [OpenFolder] = []
        for folder in folders {
            let next = try DeadLetter.list(in: folder.database, after: id - 1, limit: 1).first
            if next?.id == id { holders.append(folder) }
        }
        guard let holder = holders.first else {
            throw BrokerError(.unknownAlert, path: paths, detail: "there is no dead letter \(id)")
        }
        guard holders.count == 1 else {
            throw BrokerError(
                .ambiguous, path: "",
                detail: "there is a dead letter \(id) in each of \(holders.map(\.path).joined(separator: ", ")); "
                    + "give the one folder with --data")
        }
        return try DeadLetterPackets(holder).packet(id)
    }
}

extension OpenFolder {
    /// The sources that brought alerts of a night.
    fileprivate func sources(ofNight night: Int) throws(BrokerError) -> Set<SourceKey> {
        do {
            return Set(
                try LedgerTable.rows(in: database).filter { $0.night == night }.map {
                    SourceKey(name: $0.source, fingerprint: $0.fingerprint, partition: $0.partition)
                })
        } catch { throw BrokerError(error) }
    }
}
