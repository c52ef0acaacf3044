internal import Alerts
internal import Avro

/// A table of an alert's history: where its rows are among the values of a list.
final class HistoryRows {
    /// Which rows a table has where a list has both kinds.
    enum Part { case detections, limits }

    let name: String
    /// Which of the survey's history tables it is made of.
    let number: Int
    let table: HistoryTable
    let forms: [AlertReader.Form]
    let idColumn: Int?
    private let part: Part?
    /// Where the alert's own detection has each column among the alert's values; empty where it has no row.
    var own: [Int] = []
    private(set) var isRead = false
    /// The list's values, and where each row begins; -1 for the alert's own.
    private(set) var values = UnsafeBufferPointer<AvroScalar>(start: nil, count: 0)
    private(set) var starts: [Int] = []
    private var ids: Set<Int64> = []

    init(name: String, number: Int, table: HistoryTable, of part: Part?) {
        (self.name, self.number, self.table, self.part) = (name, number, table, part)
        (forms, idColumn) = (table.columns.map { AlertReader.Form($0) }, table.idColumn)
    }

    func forget() {
        isRead = false
        values = UnsafeBufferPointer(start: nil, count: 0)
        starts.removeAll(keepingCapacity: true)
    }

    /// Finds the rows, each point once: the alert's own detection stands for those of its id.
    func read(_ list: UnsafeBufferPointer<AvroScalar>, ownId: Int64, in body: ArraySlice<UInt8>) {
        isRead = true
        values = list
        let (span, width, hasIds) = (list.span, forms.count, idColumn != nil && part != .limits)
        ids.removeAll(keepingCapacity: true)
        if !own.isEmpty, part != .limits {
            starts.append(-1)
            ids.insert(ownId)
        }
        for start in stride(from: 0, to: list.count, by: width) {
            guard let point = table.point(in: body, span.extracting(start..<start + width)),
                part == nil || point.isDetection == (part == .detections)
            else { continue }
            if hasIds {
                if let id = point.id {
                    guard ids.insert(id).inserted else { continue }
                } else if part == nil {
                    // As in the tables: where ids are the key, a detection without one has no row.
                    continue
                }
            }
            starts.append(start)
        }
    }
}
