package import Alerts
package import DataLayout
internal import SQLite

/// An object or an alert that a word or a place stands for.
package struct NamedPlace: Sendable, Hashable {
    /// What it is.
    package enum Kind: String, Sendable, CaseIterable {
        case object, alert
    }

    /// What it is.
    package let kind: Kind
    /// Whose it is.
    package let survey: Survey
    /// The object's name; `nil` for an alert without one.
    package let name: String?
    /// The alert's id; of an object that of its newest alert, or of its nearest to a place.
    package let id: Int64
    /// Degrees, ICRS; `nil` where the alert is at no place.
    package let ra, dec: Double?
    /// From the place that was asked for, arcsec; `nil` where none was.
    package var distance: Double?
}

extension DataReader {
    /// Characters of a name's beginning at least.
    package static let leastBeginning = 3

    /// The alert with an id, the objects of a name, and those whose names begin with it, in this order.
    ///
    /// Capitals do not matter where the survey's names have them in one place, as ZTF's.
    ///
    /// - Parameters:
    ///   - word: An id, or a name or its beginning, of at least ``leastBeginning`` characters.
    ///   - surveys: Whose they may be.
    ///   - limit: How many at most.
    /// - Returns: The places; each once, of several folders the first one's.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func places(
        named word: String, of surveys: [Survey] = Survey.all, limit: Int
    ) throws(BrokerError) -> [NamedPlace] {
        var places: [NamedPlace] = []
        if let id = Int64(word) {
            for survey in surveys {
                if let place = try place(.alert, survey, "\(survey.tables.idColumn) = ?", { $0.bind(0, id) }) {
                    places.append(place)
                }
            }
        }
        for survey in surveys {
            for name in try names(beginningWith: word, of: survey, limit: limit) {
                guard let object = ObjectName(name, of: survey) else { continue }
                let time = survey.tables.timeColumn
                let newest = "objectId = ? ORDER BY \(time) DESC, \(survey.tables.idColumn) DESC LIMIT 1"
                if let place = try place(.object, survey, newest, object.bind) { places.append(place) }
            }
        }
        // Whole names before beginnings.
        func rank(_ place: NamedPlace) -> Int {
            place.kind == .alert ? 0 : place.name?.lowercased() == word.lowercased() ? 1 : 2
        }
        return Array(
            places.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
                .map(\.element).prefix(limit))
    }

    /// The objects around a place, and alerts without an object, the nearest first.
    ///
    /// - Parameters:
    ///   - ra: Degrees, ICRS.
    ///   - dec: Degrees, ICRS.
    ///   - radius: Arcsec.
    ///   - surveys: Whose they may be.
    ///   - limit: How many at most.
    /// - Returns: The places; an object once, where its nearest alert is.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func places(
        ra: Double, dec: Double, radius: Double, of surveys: [Survey] = Survey.all, limit: Int
    ) throws(BrokerError) -> [NamedPlace] {
        var places: [NamedPlace] = []
        for survey in surveys {
            var seen: Set<String> = []
            for match in try cone(survey: survey, ra: ra, dec: dec, radius: radius) {
                if let name = match.objectId, !seen.insert(name).inserted { continue }
                places.append(
                    NamedPlace(
                        kind: match.objectId == nil ? .alert : .object, survey: survey, name: match.objectId,
                        id: match.id, ra: match.ra, dec: match.dec, distance: match.distance))
            }
        }
        return Array(places.sorted { ($0.distance ?? 0, $0.id) < ($1.distance ?? 0, $1.id) }.prefix(limit))
    }

    /// The first row of the first folder that has one.
    private func place(
        _ kind: NamedPlace.Kind, _ survey: Survey, _ condition: String, _ bind: (Statement) -> Void
    ) throws(BrokerError) -> NamedPlace? {
        let tables = survey.tables
        var newest: (time: Double, place: NamedPlace)?
        for folder in folders where try folder.hasTable(tables.alerts) {
            do {
                let query = try folder.database.prepare(
                    """
                    SELECT \(tables.idColumn), objectId, \(tables.positionColumns.ra), \(tables.positionColumns.dec),
                    \(tables.timeColumn) FROM \(tables.alerts) WHERE \(condition)
                    """)
                bind(query)
                guard try query.step() else { continue }
                func angle(_ column: Int, _ range: ClosedRange<Double>) -> Double? {
                    query.isNull(column) || !range.contains(query.double(column)) ? nil : query.double(column)
                }
                let place = NamedPlace(
                    kind: kind, survey: survey, name: query.text(1), id: query.integer(0),
                    ra: angle(2, SkyRange.rightAscension), dec: angle(3, SkyRange.declination))
                if newest.map({ query.double(4) > $0.time }) ?? true { newest = (query.double(4), place) }
                query.reset()
            } catch { throw BrokerError(error) }
        }
        return newest?.place
    }

    /// Names of a survey's objects that begin with a word, the name itself first, by the index of names.
    private func names(
        beginningWith word: String, of survey: Survey, limit: Int
    ) throws(BrokerError) -> [String] {
        guard word.utf8.count >= Self.leastBeginning, word.utf8.count <= 64 else { return [] }
        var found: Set<String> = []
        for folder in folders where try folder.hasTable(survey.tables.alerts) {
            do {
                let query = try folder.database.prepare(
                    """
                    SELECT DISTINCT objectId FROM \(survey.tables.alerts) WHERE objectId >= ? AND objectId < ?
                    ORDER BY objectId LIMIT ?
                    """)
                func add() throws(SQLiteError) {
                    query.bind(2, limit)
                    while try query.step() { if let name = query.text(0) { found.insert(name) } }
                }
                if survey.tables.objectKind == .integer {
                    for range in Self.numbers(beginningWith: word) {
                        query.bind(0, range.lowerBound)
                        query.bind(1, range.upperBound)
                        try add()
                    }
                } else {
                    for spelling in Self.spellings(of: word) {
                        query.bind(0, spelling)
                        query.bind(1, spelling + "\u{10FFFF}")
                        try add()
                    }
                }
            } catch { throw BrokerError(error) }
        }
        let word = word.lowercased()
        return found.sorted { ($0.lowercased() == word ? 0 : 1, $0) < ($1.lowercased() == word ? 0 : 1, $1) }
    }

    /// As it is, in small or in large letters, and with large ones up to the first digit: the index knows no other.
    private static func spellings(of word: String) -> Set<String> {
        let letters = word.prefix { !$0.isNumber }
        return [
            word, word.lowercased(), word.uppercased(),
            letters.uppercased() + word[letters.endIndex...].lowercased(),
        ]
    }

    /// The ranges of positive numbers that begin with digits.
    static func numbers(beginningWith digits: String) -> [Range<Int64>] {
        guard digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let start = Int64(digits),
            start > 0, start < .max, digits.first != "0"
        else { return [] }
        var ranges: [Range<Int64>] = []
        var (low, high) = (start, start + 1)
        while true {
            ranges.append(low..<high)
            let (nextLow, nextHigh) = (
                low.multipliedReportingOverflow(by: 10), high.multipliedReportingOverflow(by: 10)
            )
            if nextLow.overflow { return ranges }
            low = nextLow.partialValue
            high = nextHigh.overflow ? .max : nextHigh.partialValue
        }
    }
}
