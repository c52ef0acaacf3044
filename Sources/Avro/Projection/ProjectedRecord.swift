/// What a projection took from one body. Decoding into the same record again reuses its arrays.
package struct ProjectedRecord: Sendable {
    /// One for each wanted column, in the projection's order.
    package internal(set) var columns: [AvroScalar] = []
    /// One for each wanted list, in the projection's order.
    package internal(set) var lists: [ProjectedList] = []
    /// Where in the body each wanted field lies, branch of a union included; empty where it is absent.
    package internal(set) var spans: [Range<Int>] = []

    /// A record without columns.
    package init() {}

    /// A record of lists alone.
    package init(lists: [ProjectedList]) { self.lists = lists }

    /// Makes the arrays as large as a projection fills them, all absent.
    mutating func reset(columns: Int, lists: Int, spans: Int, widths: [Int]) {
        if self.columns.count == columns {
            for index in 0..<columns { self.columns[index] = .absent }
        } else {
            self.columns = Array(repeating: .absent, count: columns)
        }
        if self.lists.count != lists { self.lists = Array(repeating: ProjectedList(), count: lists) }
        for index in 0..<lists { self.lists[index].reset(width: widths[index]) }
        if self.spans.count == spans {
            for index in 0..<spans { self.spans[index] = 0..<0 }
        } else {
            self.spans = Array(repeating: 0..<0, count: spans)
        }
    }
}

/// The wanted columns of an array of records, row by row.
package struct ProjectedList: Sendable {
    /// Whether an array is there.
    package enum Presence: Sendable { case absent, null, present }

    /// Rows.
    package internal(set) var count = 0
    /// Columns of a row.
    package internal(set) var width = 0
    /// `count * width` values: those of the first row, then those of the second.
    package internal(set) var values: [AvroScalar] = []
    /// Whether the schema has the array, and whether the record does.
    package internal(set) var presence = Presence.absent

    /// A list that is absent.
    package init() {}

    /// Rows of so many values each.
    package init(width: Int, values: [AvroScalar]) {
        precondition(width > 0 && values.count.isMultiple(of: width), "rows are whole")
        self.width = width
        self.values = values
        count = values.count / width
        presence = .present
    }

    /// Whether the record has null in place of the array.
    package var isNull: Bool { presence == .null }
    /// Whether the schema has no such array.
    package var isAbsent: Bool { presence == .absent }

    /// The value in a row and a column.
    package subscript(row: Int, column: Int) -> AvroScalar { values[row * width + column] }

    mutating func reset(width: Int) {
        count = 0
        self.width = width
        presence = .absent
        values.removeAll(keepingCapacity: true)
    }

    /// Adds rows whose every value is absent.
    mutating func grow(by rows: Int) {
        count += rows
        values.append(contentsOf: repeatElement(.absent, count: rows * width))
    }
}
