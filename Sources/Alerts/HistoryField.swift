internal import Avro

/// The fields kept of each entry of one of a packet's history lists. A raw value is the number of the field's column, in
/// the projection and in the history table that the list fills.
protocol HistoryField: RawRepresentable<Int>, CaseIterable {
    /// The list's path in the packet, such as `prv_candidates`.
    static var list: String { get }
    /// What values the field's column holds.
    var kind: AlertColumn.Kind { get }
}

extension HistoryField {
    /// The list as a projection wants it.
    static var projection: Projection.List { projection(at: list) }

    /// The same fields of the list at another path.
    static func projection(at path: String) -> Projection.List {
        Projection.List(path: path, columns: allCases.map { "\($0)" })
    }

    /// The columns of the history table.
    static var columns: [(name: String, kind: AlertColumn.Kind)] { allCases.map { ("\($0)", $0.kind) } }

    /// The field's path in the packet.
    var path: String { "\(Self.list).\(self)" }
}

/// One entry of a history list.
struct HistoryRow<Field: HistoryField> {
    fileprivate let list: ProjectedList
    fileprivate let start: Int

    subscript(field: Field) -> AvroScalar { self[field.rawValue] }
    subscript(column: Int) -> AvroScalar { list.values[start + column] }
}

extension ProjectedList {
    /// An entry of the list, by its number.
    func row<Field: HistoryField>(_ number: Int) -> HistoryRow<Field> {
        HistoryRow(list: self, start: number * width)
    }
}
