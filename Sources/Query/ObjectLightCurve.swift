internal import Alerts
internal import Avro
internal import DataLayout
internal import SQLite

extension ObjectName {
    /// All points that a folder's history tables have of it.
    func lightCurve(in folder: OpenFolder) throws(BrokerError) -> LightCurve {
        var sound = try rows(in: folder, "after_alert IS NOT 1")
        let late = try rows(in: folder, "after_alert = 1")
        sound.detections += late.detections.map { $0.marked(.afterAlert) }
        sound.forced += late.forced.map { $0.marked(.afterAlert) }
        sound.upperLimits += late.upperLimits
        return sound
    }

    /// The rows that meet a condition, read as the survey reads the same lists in its packets.
    private func rows(in folder: OpenFolder, _ condition: String) throws(BrokerError) -> LightCurve {
        var lists: [ProjectedList] = []
        var text: [UInt8] = []
        for table in survey.tables.history.sorted(by: { $0.list < $1.list }) {
            while lists.count < table.list { lists.append(ProjectedList()) }
            lists.append(try list(table, in: folder, condition, text: &text))
        }
        return survey.history(ProjectedRecord(lists: lists), text[...])
    }

    private func list(
        _ table: HistoryTable, in folder: OpenFolder, _ condition: String, text: inout [UInt8]
    ) throws(BrokerError) -> ProjectedList {
        var values: [AvroScalar] = []
        do {
            let present = try folder.database.prepare("SELECT name FROM pragma_table_info('\(table.name)')")
            var names: Set<String> = []
            while try present.step() { if let name = present.text(0) { names.insert(name) } }
            guard !names.isEmpty else { return ProjectedList() }
            let columns = table.columns.map { names.contains($0.name) ? sqlName($0.name) : "NULL" }
            let isMarked = names.contains("after_alert")
            let query = try folder.database.prepare(
                """
                SELECT \(columns.joined(separator: ", ")) FROM \(table.name)
                WHERE objectId = ? \(isMarked ? "AND \(condition)" : "")
                """)
            bind(to: query)
            while try query.step() {
                for (index, column) in table.columns.enumerated() {
                    values.append(Self.scalar(query, index, column.kind, text: &text))
                }
            }
        } catch { throw BrokerError(error) }
        return ProjectedList(width: table.columns.count, values: values)
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
            let bytes = Array((row.text(column) ?? "").utf8)
            let scalar = AvroScalar.string(offset: UInt32(text.count), count: UInt32(bytes.count))
            text += bytes
            return scalar
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
