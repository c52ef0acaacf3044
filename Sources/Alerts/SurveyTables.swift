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
    /// The columns of the alert's position, ICRS degrees.
    package let positionColumns: (ra: String, dec: String)
    /// The columns that name an exposure, beside its time, and a part of the camera; `nil` where the packets have none.
    package let exposureColumns: (exposure: String, detector: String)?
    /// Columns that are made with the table, so that a query works before the first alert; packets bring the others.
    package let firstColumns: [AlertColumn]
    /// Columns that packets of the survey's known schemas bring.
    package let otherColumns: [AlertColumn]
    /// Whether `objectId` is a column that Nightjar adds (LSST has two kinds of object id).
    package let derivesObject: Bool
    /// SQL of a row's ``DataKind`` in the alert table; `nil` where all is the survey's own.
    package let dataKind: String?
    /// How objects that the survey split are found; `nil` where it splits none.
    package let split: SplitRule?
    /// The tables of light curves.
    package let history: [HistoryTable]
    /// What lists of alerts are sorted and chosen by.
    package let listing: ListingColumns

    init(
        alerts: String, idColumn: String, objectKind: AlertColumn.Kind, timeColumn: String,
        positionColumns: (ra: String, dec: String), exposureColumns: (exposure: String, detector: String)? = nil,
        firstColumns: [AlertColumn],
        otherColumns: [AlertColumn] = [], derivesObject: Bool, history: [HistoryTable], listing: ListingColumns,
        dataKind: String? = nil,
        split: SplitRule? = nil
    ) {
        self.alerts = alerts
        self.idColumn = idColumn
        self.objectKind = objectKind
        self.timeColumn = timeColumn
        self.positionColumns = positionColumns
        self.exposureColumns = exposureColumns
        self.firstColumns = firstColumns
        self.otherColumns = otherColumns
        self.derivesObject = derivesObject
        self.history = history
        self.listing = listing
        self.dataKind = dataKind
        self.split = split
    }
}
