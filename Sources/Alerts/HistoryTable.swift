package import Avro

/// A table that gathers, over all packets, one of the history lists that packets carry; every point stands in it once.
package struct HistoryTable: Sendable {
    package let name: String
    /// Which of the projection's lists fills it.
    package let list: Int
    /// Its columns after `objectId`, in the order of the list's.
    package let columns: [AlertColumn]
    /// The columns that, after `objectId`, tell one point from another; the first is its time.
    package let key: [String]
    /// Times that a point may have.
    private let times: Range<Double>
    private let timeColumn: Int
    /// The column that a detection fills and an upper limit leaves null; a detection takes the place of a limit.
    package let detectionColumn: String?
    /// For each of ``columns`` the path of the same quantity of the alert's own detection; empty where that has no place here.
    package let ownPaths: [String]

    init(
        name: String, list: Int, columns: [(name: String, kind: AlertColumn.Kind)], key: [String],
        times: Range<Double>, detectionColumn: String? = nil, ownRecord: String? = nil
    ) {
        self.name = name
        self.list = list
        self.columns = columns.map { AlertColumn(name: $0.name, path: $0.name, kind: $0.kind) }
        self.key = key
        self.times = times
        timeColumn = columns.firstIndex { $0.name == key[0] } ?? 0
        self.detectionColumn = detectionColumn
        self.ownPaths = ownRecord.map { record in columns.map { "\(record).\($0.name)" } } ?? []
    }

    /// Whether a point has a usable time.
    ///
    /// - Parameters:
    ///   - body: The record's bytes.
    ///   - value: The point's value of a column.
    /// - Returns: `false` for what is no point.
    package func hasTime(in body: ArraySlice<UInt8>, _ value: (Int) -> AvroScalar) -> Bool {
        value(timeColumn).number(in: body).map { times.contains($0) } ?? false
    }
}

/// How a survey's alerts lie in tables.
package struct SurveyTables: Sendable {
    /// `ztf_alerts` or `lsst_alerts`.
    package let alerts: String
    /// The alert table's key.
    package let idColumn: String
    /// The type of `objectId` in all of the survey's tables.
    package let objectKind: AlertColumn.Kind
    /// The column of the alert's time.
    package let timeColumn: String
    /// Columns that are made with the table, so that a query works before the first alert; packets bring the others.
    package let firstColumns: [AlertColumn]
    /// Whether `objectId` is a column that Nightjar adds (LSST has two kinds of object id).
    package let derivesObject: Bool
    package let history: [HistoryTable]
}

extension Survey {
    package var tables: SurveyTables {
        switch self {
        case .ztf: ZTFLayout.tables
        case .lsst: LSSTLayout.tables
        }
    }
}

extension Survey {
    /// The top-level fields of a packet that hold its images.
    package var cutoutFields: [String] {
        switch self {
        case .ztf: ZTFLayout.cutouts
        case .lsst: LSSTLayout.cutouts
        }
    }
}
