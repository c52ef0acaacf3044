internal import Alerts
internal import Avro
internal import DataLayout
internal import SQLite

extension ObjectName {
    /// All points that a folder's history tables have of it.
    func lightCurve(in folder: OpenFolder) throws(BrokerError) -> LightCurve {
        do throws(SQLiteError) { return try HistoryReader(survey, folder).lightCurve(of: self) } catch {
            throw BrokerError(error)
        }
    }
}

/// Reads light curves of a survey's objects from a folder's history tables.
final class HistoryReader {
    private struct Table {
        let table: HistoryTable
        let query: Statement
        /// Whether it says what is later than the alert that brought it.
        let isMarked: Bool
    }

    private let survey: Survey
    private let tables: [Table]
    private let lists: Int

    /// Prepares what is asked of each object.
    init(_ survey: Survey, _ folder: OpenFolder) throws(SQLiteError) {
        self.survey = survey
        var tables: [Table] = []
        for table in survey.tables.history.sorted(by: { $0.list < $1.list }) {
            // An older Nightjar's tables may lack columns.
            let names = try folder.database.columns(of: table.name)
            guard !names.isEmpty else { continue }
            let isMarked = names.contains("after_alert")
            let columns =
                table.columns.map { names.contains($0.name) ? sqlName($0.name) : "NULL" }
                + (isMarked ? ["after_alert"] : [])
            let query = try folder.database.prepare(
                "SELECT \(columns.joined(separator: ", ")) FROM \(table.name) WHERE objectId = ?")
            tables.append(Table(table: table, query: query, isMarked: isMarked))
        }
        self.tables = tables
        lists = (survey.tables.history.map(\.list).max() ?? -1) + 1
    }

    /// All points of an object, read as the survey reads the same lists in its packets.
    func lightCurve(of object: ObjectName) throws(SQLiteError) -> LightCurve {
        var sound = [[AvroScalar]](repeating: [], count: lists)
        var late = sound
        var text: [UInt8] = []
        for table in tables { try read(table, of: object, into: &sound, late: &late, text: &text) }
        var curve = self.curve(sound, text)
        guard late.contains(where: { !$0.isEmpty }) else { return curve }
        let after = self.curve(late, text)
        curve.detections += after.detections.map { $0.marked(.afterAlert) }
        curve.forced += after.forced.map { $0.marked(.afterAlert) }
        curve.upperLimits += after.upperLimits
        return curve
    }

    private func read(
        _ table: Table, of object: ObjectName, into sound: inout [[AvroScalar]], late: inout [[AvroScalar]],
        text: inout [UInt8]
    ) throws(SQLiteError) {
        let (query, list, columns) = (table.query, table.table.list, table.table.columns)
        object.bind(to: query)
        defer { query.reset() }
        while try query.step() {
            let isLate = table.isMarked && query.integer(columns.count) == 1
            for (index, column) in columns.enumerated() {
                let value = Self.scalar(query, index, column.kind, text: &text)
                if isLate { late[list].append(value) } else { sound[list].append(value) }
            }
        }
    }

    private func curve(_ values: [[AvroScalar]], _ text: [UInt8]) -> LightCurve {
        var lists = [ProjectedList](repeating: ProjectedList(), count: values.count)
        for table in tables where !values[table.table.list].isEmpty {
            let list = table.table.list
            lists[list] = ProjectedList(width: table.table.columns.count, values: values[list])
        }
        return survey.history(ProjectedRecord(lists: lists), text[...])
    }

    /// A column's value as a packet's field would have it; the alert's own detection has 0 for an id that it lacks.
    private static func scalar(
        _ row: Statement, _ column: Int, _ kind: AlertColumn.Kind, text: inout [UInt8]
    ) -> AvroScalar {
        guard !row.isNull(column) else { return .null }
        switch kind {
        case .integer: return .long(row.integer(column))
        case .real: return .double(row.double(column))
        case .text, .json:
            return row.withText(column) { bytes in
                let scalar = AvroScalar.string(offset: UInt32(text.count), count: UInt32(bytes.count))
                text += bytes
                return scalar
            } ?? .null
        case .blob: return .null
        }
    }
}

/// Puts light curves together, such as those of several folders: each point once, the first one's where two have it. A point that
/// one of them has as withdrawn is withdrawn.
struct LightCurveMerge {
    /// Half a second: the same exposure.
    private struct Key: Hashable {
        let step: Int
        let bandpass: Bandpass?
        var id: Int64?

        init(_ epoch: Epoch, _ bandpass: Bandpass?, id: Int64? = nil) {
            step = Int((epoch.mjd * 172_800).rounded())
            self.bandpass = bandpass
            self.id = id
        }
    }

    private var detections: [(point: Detection, owner: String)] = []
    private var forced: [(point: ForcedMeasurement, owner: String)] = []
    private var upperLimits: [(point: UpperLimit, owner: String)] = []
    private var detected: [Key: Int] = [:]
    private var exposures: Set<Key> = []
    private var measured: [Key: Int] = [:]
    private var limited: Set<Key> = []

    /// Adds the light curve of an object.
    mutating func add(_ other: LightCurve, of owner: String) {
        for point in other.detections {
            let key = Key(point.epoch, point.bandpass, id: point.id)
            if let known = detected[key] {
                if point.marks.contains(.withdrawn) {
                    detections[known].point = detections[known].point.marked(.withdrawn)
                }
            } else {
                detected[key] = detections.count
                detections.append((point, owner))
                exposures.insert(Key(point.epoch, point.bandpass))
            }
        }
        for point in other.forced {
            let key = Key(point.epoch, point.bandpass)
            if let known = measured[key] {
                if point.marks.contains(.withdrawn) { forced[known].point = forced[known].point.marked(.withdrawn) }
            } else {
                measured[key] = forced.count
                forced.append((point, owner))
            }
        }
        for limit in other.upperLimits where limited.insert(Key(limit.epoch, limit.bandpass)).inserted {
            upperLimits.append((limit, owner))
        }
    }

    /// The points that the survey withdrew, or the others, by time and bandpass, and whose they are. An exposure in which one light
    /// curve has a detection has no limit.
    func merged(withdrawn: Bool) -> (curve: LightCurve, owners: ObjectRecord.Owners) {
        func isBefore(_ left: (Epoch, Bandpass?), _ right: (Epoch, Bandpass?)) -> Bool {
            (left.0.mjd, left.1?.name ?? "") < (right.0.mjd, right.1?.name ?? "")
        }
        let found = detections.filter { $0.point.marks.contains(.withdrawn) == withdrawn }
            .sorted { isBefore(($0.point.epoch, $0.point.bandpass), ($1.point.epoch, $1.point.bandpass)) }
        let measured = forced.filter { $0.point.marks.contains(.withdrawn) == withdrawn }
            .sorted { isBefore(($0.point.epoch, $0.point.bandpass), ($1.point.epoch, $1.point.bandpass)) }
        let limits = (withdrawn ? [] : upperLimits)
            .filter { !exposures.contains(Key($0.point.epoch, $0.point.bandpass)) }
            .sorted { isBefore(($0.point.epoch, $0.point.bandpass), ($1.point.epoch, $1.point.bandpass)) }
        return (
            LightCurve(
                detections: found.map(\.point), upperLimits: limits.map(\.point), forced: measured.map(\.point)),
            ObjectRecord.Owners(
                detections: found.map(\.owner), forced: measured.map(\.owner), upperLimits: limits.map(\.owner))
        )
    }
}
