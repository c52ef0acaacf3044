internal import Alerts
package import DataLayout
internal import SQLite
internal import Pipeline

extension DataReader {
    /// What is counted at most: it takes some milliseconds.
    private static let mostCounted = 1_000

    /// A page of a list of candidates.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func candidates(_ request: CandidateRequest) throws(BrokerError) -> CandidatePage {
        do throws(SQLiteError) {
            var parts: [CandidateFolder] = []
            for folder in folders {
                if let part = try CandidateFolder(request, folder) { parts.append(part) }
            }
            let found = try rows(request, parts)
            var candidates: [Candidate] = []
            for row in found.rows {
                candidates.append(try parts[row.part].candidate(row, request.survey))
            }
            let total = request.place == nil ? try total(request, parts) : nil
            return CandidatePage(
                candidates: candidates,
                last: found.hasMore
                    ? found.rows.last.map { CandidateRequest.Place(value: $0.value, id: $0.id) } : nil, total: total)
        } catch { throw BrokerError(error) }
    }

    /// The next rows of all folders, merged in the list's order; of an alert that several have the first one's.
    private func rows(
        _ request: CandidateRequest, _ parts: [CandidateFolder]
    ) throws(SQLiteError) -> (rows: [CandidateRow], hasMore: Bool) {
        var heads: [CandidateRow?] = []
        for (number, part) in parts.enumerated() { heads.append(try part.next(number)) }
        var rows: [CandidateRow] = []
        var last: Int64?
        while true {
            var best: CandidateRow?
            for case let head? in heads {
                guard let known = best else {
                    best = head
                    continue
                }
                let (new, old) = ((head.value, head.id), (known.value, known.id))
                if request.isDescending ? new > old : new < old { best = head }
            }
            guard let row = best else { return (rows, false) }
            heads[row.part] = try parts[row.part].next(row.part)
            guard row.id != last else { continue }
            last = row.id
            if request.isOneAnObject, try isSuperseded(row, parts) { continue }
            // The one more says that there is a next page.
            if rows.count == request.limit { return (rows, true) }
            rows.append(row)
        }
    }

    private func isSuperseded(_ row: CandidateRow, _ parts: [CandidateFolder]) throws(SQLiteError) -> Bool {
        guard let object = row.objectId else { return false }
        for part in parts where try part.hasNewer(of: object, than: row) { return true }
        return false
    }

    /// Counts by an index alone: without one it would read the whole table.
    private func total(_ request: CandidateRequest, _ parts: [CandidateFolder]) throws(SQLiteError) -> Int? {
        guard parts.count == 1, let part = parts.first else { return parts.isEmpty ? 0 : nil }
        return try part.total(atMost: Self.mostCounted)
    }
}

/// A row of a list, before its details are read.
struct CandidateRow {
    /// The folder's number.
    let part: Int
    let id: Int64
    let objectId: String?
    /// As the source's index has it.
    let time: Double
    let value: Double
}

/// What is asked of one folder.
private struct CandidateFolder {
    private let folder: OpenFolder
    private let request: CandidateRequest
    private let sql: CandidateSQL
    private let stream, newer, row: Statement
    private let passes, fit, objectFit: Statement?
    private let history: HistoryReader
    private let fitColumns: [String]

    /// - Returns: `nil` where the folder has no such table.
    init?(_ request: CandidateRequest, _ folder: OpenFolder) throws(SQLiteError) {
        let (survey, database) = (request.survey, folder.database)
        let present = try database.columns(of: survey.tables.alerts)
        let passTable = "\(survey.name)_passes"
        let hasPasses = try database.hasTable(passTable)
        guard !present.isEmpty, request.source == .own || hasPasses else { return nil }
        (self.folder, self.request) = (folder, request)
        sql = CandidateSQL(request, present: present)
        (stream, newer) = (try sql.stream(in: database), try sql.newer(in: database))
        row = try sql.row(in: database)
        passes =
            hasPasses
            ? try database.prepare("SELECT filter, version FROM \(passTable) WHERE candid = ? ORDER BY filter") : nil
        let fitTable = "\(survey.name)_salt2"
        let known = try database.columns(of: fitTable)
        let columns = ["candid"] + Self.fitColumns.filter(known.contains)
        fitColumns = columns
        let select = "SELECT \(columns.joined(separator: ", ")) FROM \(fitTable)"
        fit = known.isEmpty ? nil : try database.prepare("\(select) WHERE candid = ?")
        objectFit =
            known.isEmpty
            ? nil : try database.prepare("\(select) WHERE objectId = ? ORDER BY jd DESC, candid DESC LIMIT 1")
        history = try HistoryReader(survey, folder)
    }

    private static let fitColumns = [
        "success", "reason", "model", "z", "z_err", "t0", "t0_err", "x0", "x0_err", "x1", "x1_err", "c", "c_err",
        "chisq", "ndof", "fit_probability", "quality", "z_source",
    ]

    func next(_ number: Int) throws(SQLiteError) -> CandidateRow? {
        guard try stream.step() else { return nil }
        return CandidateRow(
            part: number, id: stream.integer(0), objectId: stream.text(1), time: stream.double(2),
            value: stream.double(3))
    }

    func hasNewer(of object: String, than row: CandidateRow) throws(SQLiteError) -> Bool {
        newer.reset()
        // The passes have all names as texts.
        if request.source == .own, request.survey.tables.objectKind == .integer, let number = Int64(object) {
            newer.bind(newer.index(of: ":object"), number)
        } else {
            newer.bind(newer.index(of: ":object"), object)
        }
        newer.bind(newer.index(of: ":time"), row.time)
        newer.bind(newer.index(of: ":id"), row.id)
        defer { newer.reset() }
        return try newer.step()
    }

    func total(atMost most: Int) throws(SQLiteError) -> Int? {
        let survey = request.survey
        let index = request.source == .own ? "\(survey.tables.alerts)_passed" : "\(survey.name)_passes_listed"
        guard try folder.database.hasTable(index) else { return nil }
        let count = try sql.count(in: folder.database, atMost: most)
        return count > most ? nil : count
    }

    // MARK: - Details

    func candidate(_ found: CandidateRow, _ survey: Survey) throws(SQLiteError) -> Candidate {
        var curve = LightCurve()
        if let name = found.objectId, let object = ObjectName(name, of: survey) {
            curve = Self.sound(try history.lightCurve(of: object), id: found.id)
        }
        row.reset()
        row.bind(0, found.id)
        defer { row.reset() }
        // It may be gone since, by a prune.
        let isThere = try row.step()
        func number(_ column: Int) -> Double? { !isThere || row.isNull(column) ? nil : row.double(column) }
        func angle(_ column: Int, _ range: ClosedRange<Double>) -> Double? {
            number(column).flatMap { range.contains($0) ? $0 : nil }
        }
        let own = isThere && row.integer(7) != 0 ? [(name: Self.ownFilter, version: String?.none)] : []
        let positive = curve.detections.filter { $0.marks.isEmpty }
        return Candidate(
            survey: survey, id: found.id, objectId: found.objectId, epoch: survey.time.epoch(number(6) ?? .nan),
            night: Int(number(0) ?? 0), ra: angle(1, SkyRange.rightAscension), dec: angle(2, SkyRange.declination),
            bandpass: isThere ? row.text(8) : nil,
            first: number(3).map { survey.time.epoch($0) } ?? positive.min { $0.epoch.mjd < $1.epoch.mjd }?.epoch,
            detections: number(4).map { Int($0) } ?? positive.count, realBogus: number(5),
            filters: own + (try filters(of: found.id)), fit: try fit(of: found),
            scores: request.scores.enumerated().map { ($1, number(9 + $0)) }, curve: curve)
    }

    /// What the survey's own filter is called.
    private static let ownFilter = "extragalactic_transient"

    private func filters(of id: Int64) throws(SQLiteError) -> [(name: String, version: String?)] {
        guard let passes else { return [] }
        passes.bind(0, id)
        var filters: [(name: String, version: String?)] = []
        while try passes.step() { filters.append((passes.text(0) ?? "", passes.text(1))) }
        return filters
    }

    private func fit(of found: CandidateRow) throws(SQLiteError) -> NamedRow? {
        guard let fit, let objectFit else { return nil }
        fit.bind(0, found.id)
        defer { fit.reset() }
        if try fit.step() { return values(of: fit) }
        guard let name = found.objectId else { return nil }
        objectFit.bind(0, name)
        defer { objectFit.reset() }
        return try objectFit.step() ? values(of: objectFit) : nil
    }

    private func values(of query: Statement) -> NamedRow {
        NamedRow(columns: fitColumns, values: fitColumns.indices.map(query.queryValue))
    }

    /// Points that nothing speaks against, the own detection in any case; by time.
    private static func sound(_ curve: LightCurve, id: Int64) -> LightCurve {
        var limits = Set<Int>()
        let detections = curve.detections.filter { $0.marks.isEmpty || $0.id == id }
        for detection in detections { limits.insert(Int((detection.epoch.mjd * 172_800).rounded())) }
        return LightCurve(
            detections: detections.sorted { $0.epoch.mjd < $1.epoch.mjd },
            upperLimits: curve.upperLimits.filter { !limits.contains(Int(($0.epoch.mjd * 172_800).rounded())) }
                .sorted { $0.epoch.mjd < $1.epoch.mjd },
            forced: curve.forced.filter(\.marks.isEmpty).sorted { $0.epoch.mjd < $1.epoch.mjd })
    }
}
