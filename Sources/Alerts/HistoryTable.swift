package import Avro

/// A table that gathers, over all packets, one of the history lists that packets carry; every point stands in it once.
package struct HistoryTable: Sendable {
    /// What, after `objectId`, tells one point from another.
    package enum Key: Sendable {
        /// The time of the exposure and its filter: there is one point of an object in each.
        case exposure(filter: String)
        /// The survey's number of the detection; a point without one has no row.
        case id(String)
        /// The number of the exposure (ZTF `pid`), and that of the detection; a limit has 0 for the second. One exposure may
        /// have several detections of an object, and has a limit only where it has none.
        case exposureAndId(filter: String, exposure: String, id: String, brightness: String)
    }

    /// The table's name.
    package let name: String
    /// Which of the projection's lists fills it.
    package let list: Int
    /// Its columns after `objectId`, in the order of the list's.
    package let columns: [AlertColumn]
    /// What tells one row from another.
    package let key: Key
    /// The columns of ``key``, by their names.
    package let keyNames: [String]
    /// The first of them, in ``columns``.
    package let timeColumn: Int
    /// The column of the time when the survey withdrew a point, in ``columns``; `nil` where it withdraws none.
    package let withdrawnColumn: Int?
    /// Of the filter, the exposure's number, the detection's and its brightness, in ``columns``.
    package let filterColumn, exposureColumn, idColumn: Int?
    private let brightnessColumn: Int?
    /// Times that a point may have.
    private let times: Range<Double>
    /// SQL of a row's ``DataKind``; `nil` where all is the survey's own.
    package let dataKind: String?
    /// For each of ``columns`` the path of the same quantity of the alert's own detection; empty where that has no place here.
    package let ownPaths: [String]

    init(
        name: String, list: Int, columns: [(name: String, kind: AlertColumn.Kind)], time: String, key: Key,
        times: Range<Double>, domains: [String: AlertColumn.Domain] = [:], ownRecord: String? = nil,
        withdrawn: String? = nil, dataKind: String? = nil
    ) {
        func column(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }
        self.name = name
        self.list = list
        self.columns = columns.map {
            AlertColumn(name: $0.name, path: $0.name, kind: $0.kind, domain: domains[$0.name] ?? .any)
        }
        self.key = key
        self.times = times
        timeColumn = column(time) ?? 0
        withdrawnColumn = withdrawn.flatMap(column)
        self.dataKind = dataKind
        switch key {
        case .exposure(let filter):
            keyNames = [time, filter]
            (filterColumn, exposureColumn, idColumn, brightnessColumn) = (column(filter), nil, nil, nil)
        case .id(let id):
            keyNames = [id]
            (filterColumn, exposureColumn, idColumn, brightnessColumn) = (nil, nil, column(id), nil)
        case .exposureAndId(let filter, let exposure, let id, let brightness):
            keyNames = [exposure, id]
            filterColumn = column(filter)
            (exposureColumn, idColumn, brightnessColumn) = (column(exposure), column(id), column(brightness))
        }
        self.ownPaths = ownRecord.map { record in columns.map { "\(record).\($0.name)" } } ?? []
    }

    /// What of a point decides where its row goes.
    package struct Point: Sendable {
        /// In the survey's own scale, days.
        package let time: Double
        /// The survey's number of the detection; `nil` for a limit, or where none is given.
        package var id: Int64?
        /// The filter where it is in the key: its number, or that of a short name; `nil` for another.
        package let filter: Int64?
        /// The exposure's number; where the packet has none, a negative one that is made of the time and the filter.
        package let exposure: Int64
        /// Whether something was found in the exposure; `true` in a table that holds no limits beside detections.
        package let isDetection: Bool
    }

    /// Reads a point.
    ///
    /// - Parameters:
    ///   - body: The record's bytes.
    ///   - values: The point's, by ``columns``.
    /// - Returns: `nil` for what has no usable time, and so is no point.
    package func point(in body: ArraySlice<UInt8>, _ values: Span<AvroScalar>) -> Point? {
        guard let time = values[timeColumn].number(in: body), times.contains(time) else { return nil }
        var id: Int64?
        if let idColumn { id = Self.number(values[idColumn], in: body) }
        guard let filterColumn, let exposureColumn else {
            var filter: Int64?
            if let filterColumn { filter = self.filter(values[filterColumn], filterColumn, in: body) }
            return Point(time: time, id: id, filter: filter, exposure: 0, isDetection: true)
        }
        let exposure =
            Self.number(values[exposureColumn], in: body)
            ?? Self.exposure(time: time, filter: values[filterColumn].integer(in: body) ?? 0)
        var isDetection = id != nil
        if !isDetection, let brightnessColumn {
            isDetection = !values[brightnessColumn].inPlainColumn.saysNone(in: body)
        }
        return Point(time: time, id: id, filter: nil, exposure: exposure, isDetection: isDetection)
    }

    /// When the survey withdrew a point; `nil` where it stands.
    ///
    /// - Parameters:
    ///   - body: The record's bytes.
    ///   - values: The point's, by ``columns``.
    /// - Returns: The time, in the survey's own scale.
    package func withdrawn(in body: ArraySlice<UInt8>, _ values: Span<AvroScalar>) -> Double? {
        guard let withdrawnColumn, let time = values[withdrawnColumn].number(in: body), time > 0 else { return nil }
        return time
    }

    private func filter(_ value: AvroScalar, _ column: Int, in body: ArraySlice<UInt8>) -> Int64? {
        guard value.inPlainColumn.isPresent else { return 0 }
        guard columns[column].kind == .text else { return value.integer(in: body) }
        guard case .string(let offset, let count) = value else { return nil }
        return body.withUnsafeBytes { Self.filter($0[Int(offset)..<Int(offset) + Int(count)]) }
    }

    /// A filter's name as a number; `nil` for one of more than seven bytes.
    package static func filter(_ name: Slice<UnsafeRawBufferPointer>) -> Int64? {
        guard name.count < 8 else { return nil }
        var number = Int64(name.count)
        for byte in name { number = number << 8 | Int64(byte) }
        return number
    }

    /// Reads an id. Surveys write 0, -999 or -99999 for a missing one.
    private static func number(_ value: AvroScalar, in body: ArraySlice<UInt8>) -> Int64? {
        value.integer(in: body).flatMap { $0 == 0 || $0 == -999 || $0 == -99_999 ? nil : $0 }
    }

    /// The number of an exposure that has none: its time in steps of 0.1 s, and the filter in the last three bits.
    private static func exposure(time: Double, filter: Int64) -> Int64 {
        -(Int64((time * 864_000).rounded()) * 8 + (filter & 7))
    }

    /// The same in SQL.
    package static func exposureSQL(time: String, filter: String) -> String {
        "-(CAST(round(\(time) * 864000) AS INTEGER) * 8 + (\(filter) & 7))"
    }
}
