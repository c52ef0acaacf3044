/// The values that a projection read from one body. Decoding into the same record again reuses its arrays.
package struct ProjectedRecord: Sendable {
    /// The values of the wanted columns, in the projection's order.
    package internal(set) var columns: [AvroScalar] = []
    /// The wanted lists, in the projection's order.
    package internal(set) var lists: [ProjectedList] = []
    /// The range of each wanted field in the body, including the branch of a union; empty where it is absent.
    package internal(set) var spans: [Range<Int>] = []

    /// A record without columns.
    package init() {}

    /// A record with lists only.
    package init(lists: [ProjectedList]) { self.lists = lists }

    /// Resizes the arrays to those of a projection, with all values absent.
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
    /// The presence of an array.
    package enum Presence: Sendable { case absent, null, present }

    /// The number of rows.
    package internal(set) var count = 0
    /// The number of columns.
    package internal(set) var width = 0
    /// `count * width` values, row by row.
    package internal(set) var values: [AvroScalar] = []
    /// Whether the array is present, null, or absent from the schema.
    package internal(set) var presence = Presence.absent

    /// A list that is absent.
    package init() {}

    /// A list with so many columns.
    package init(width: Int, values: [AvroScalar]) {
        precondition(width > 0 && values.count.isMultiple(of: width), "rows are whole")
        self.width = width
        self.values = values
        count = values.count / width
        presence = .present
    }

    /// Whether the array is null in the record.
    package var isNull: Bool { presence == .null }
    /// Whether the schema has no such array.
    package var isAbsent: Bool { presence == .absent }

    /// Where a row is in ``values``.
    package func range(_ row: Int) -> Range<Int> { row * width..<(row + 1) * width }

    /// The value in a row and a column.
    package subscript(row: Int, column: Int) -> AvroScalar { values[row * width + column] }

    mutating func reset(width: Int) {
        count = 0
        self.width = width
        presence = .absent
        values.removeAll(keepingCapacity: true)
    }

    /// Adds rows with all values absent.
    mutating func grow(by rows: Int) {
        count += rows
        values.append(contentsOf: repeatElement(.absent, count: rows * width))
    }
}
