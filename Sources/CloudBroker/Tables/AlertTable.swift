internal import Alerts
package import BigQuery
internal import Pipeline

/// A table of a survey's alerts.
package enum AlertTable: String, Hashable, Sendable, CaseIterable {
    /// All fields of the packet except its cutouts, nested and repeated as in the packet.
    case alerts
    /// A flat row for each alert: the columns of its detection, and the ids of earlier ones.
    case source = "DIASource"

    /// The column by which every table is partitioned, daily.
    package static let partitionColumn = TableColumn(
        "kafkaPublishTimestamp", .timestamp, description: "When the survey's Kafka took the alert")

    /// A column after the packet's, and its value.
    struct Added: Sendable {
        let column: TableColumn
        let value: @Sendable (Products) -> ColumnValue
    }

    /// The columns that Nightjar adds: time, position, object, and the stages' columns.
    func added(_ survey: Survey, _ stages: StageList) -> [Added] {
        var added = [Added(column: Self.partitionColumn) { ColumnValue(timestamp: $0.origin?.microseconds) }]
        added += AlertAttributes.pixelOrders.enumerated().map { index, order in
            let column = TableColumn("healpix\(order)", .integer, description: "Nested HEALPix index of order \(order)")
            return Added(column: column) { products in
                let pixels = AlertAttributes.pixels(of: products.alert.decoded.alert)
                return index < pixels.count ? .integer(pixels[index]) : .null
            }
        }
        // BigQuery clusters by top-level columns only, and an LSST packet has its object in a record.
        if self == .alerts, let source = survey.packet.flat.objectSource {
            let column = TableColumn(survey.packet.flat.object, .integer, description: source)
            added.append(Added(column: column) { ColumnValue(ProductValue($0.diaObjectId)) })
        }
        return added
            + stages.columns(of: survey).enumerated().map { index, column in
                Added(column: TableColumn(column.name, column.bigQueryType)) { ColumnValue($0.alert.values[index]) }
            }
    }

    /// The layout of the packet's fields in a row.
    func shape(_ survey: Survey) -> RecordRows.Shape {
        let flat = survey.packet.flat
        return switch self {
        case .alerts: .nested(leaving: survey.packet.cutouts)
        case .source:
            .flat(FlatRow(record: flat.record, history: flat.history, id: flat.id, joined: flat.joined))
        }
    }

    /// The key of a row. Fink's packets may have their `candid` in `candidate` alone, and LSST's before 8.0
    /// their `diaSourceId` in `diaSource`.
    func key(_ survey: Survey) -> String {
        switch self {
        case .alerts: "\(survey.packet.flat.record).\(survey.packet.flat.id)"
        case .source: survey.packet.flat.id
        }
    }

    /// Fields of the key and of the clustering: their columns have these names in every schema.
    func keys(_ survey: Survey) -> [String] {
        [survey.packet.flat.record, survey.packet.flat.id] + clustering(survey)
    }

    func clustering(_ survey: Survey) -> [String] { [survey.packet.flat.object] }
}

extension Products {
    /// LSST's `diaObjectId`; `nil` for a solar-system object.
    fileprivate var diaObjectId: Int64? {
        AlertLabels(alert.decoded).ids.first { $0.name == "diaObject_diaObjectId" }.flatMap { Int64($0.value) }
    }
}
