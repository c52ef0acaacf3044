internal import Alerts

/// A table as it shall be.
package struct TableDefinition: Hashable, Sendable {
    /// `alerts`, `DIASource` or `salt2`.
    package var name: String
    package var schema: TableSchema
    /// The timestamp column by whose days the table is partitioned.
    package var partitionColumn: String?
    /// Columns by which the rows of a partition lie together.
    package var clustering: [String]
    package var description: String

    package init(
        name: String, schema: TableSchema, partitionColumn: String? = nil, clustering: [String] = [],
        description: String = ""
    ) {
        self.name = name
        self.schema = schema
        self.partitionColumn = partitionColumn
        self.clustering = clustering
        self.description = description
    }
}

/// A table of a survey's alerts.
package enum AlertTable: String, Hashable, Sendable, CaseIterable {
    /// Every field of the packet but its images, nested and repeated as in the packet.
    case alerts
    /// A flat row for each alert: the detection's own columns, and the ids of the earlier ones.
    case source = "DIASource"

    /// Columns that stand after the packet's, whose values come from the message that brought it.
    func addedColumns(_ survey: Survey) -> [TableColumn] {
        var columns = [
            TableColumn(
                AddedValues.partitionColumn, .timestamp, description: "When the survey's Kafka took the alert")
        ]
        columns += [9, 19, 29].map { order in
            TableColumn("healpix\(order)", .integer, description: "Nested HEALPix index of order \(order)")
        }
        // BigQuery clusters by columns of the top only, and there an LSST packet has no object.
        if self == .alerts, let source = survey.packet.flat.objectSource {
            columns.append(TableColumn(survey.packet.flat.object, .integer, description: source))
        }
        return columns
    }

    /// What tells one row from another. Fink's packets may have their `candid` in `candidate` alone, and LSST's before 8.0
    /// their `diaSourceId` in `diaSource`.
    func key(_ survey: Survey) -> String {
        switch self {
        case .alerts: "\(survey.packet.flat.record).\(survey.packet.flat.id)"
        case .source: survey.packet.flat.id
        }
    }

    /// Fields on the way to the key, and by which rows lie together: their columns have their names in every schema.
    func keys(_ survey: Survey) -> [String] {
        [survey.packet.flat.record, survey.packet.flat.id] + clustering(survey)
    }

    func clustering(_ survey: Survey) -> [String] { [survey.packet.flat.object] }
}

/// What a row holds beside the packet's own fields; null where it is not known.
package struct AddedValues: Hashable, Sendable {
    package static let partitionColumn = "kafkaPublishTimestamp"

    /// Microseconds since 1970, UTC; the table is partitioned by its days.
    package var kafkaPublishTimestamp: Int64?
    /// Nested HEALPix indexes of the alert's place.
    package var healpix9: Int64?
    package var healpix19: Int64?
    package var healpix29: Int64?
    /// `diaSource.diaObjectId`; LSST only.
    package var diaObjectId: Int64?

    package init(
        kafkaPublishTimestamp: Int64? = nil, healpix9: Int64? = nil, healpix19: Int64? = nil, healpix29: Int64? = nil,
        diaObjectId: Int64? = nil
    ) {
        self.kafkaPublishTimestamp = kafkaPublishTimestamp
        self.healpix9 = healpix9
        self.healpix19 = healpix19
        self.healpix29 = healpix29
        self.diaObjectId = diaObjectId
    }

    func value(of column: String) -> Int64? {
        switch column {
        case Self.partitionColumn: kafkaPublishTimestamp
        case "healpix9": healpix9
        case "healpix19": healpix19
        case "healpix29": healpix29
        case "diaObjectId": diaObjectId
        default: nil
        }
    }
}
