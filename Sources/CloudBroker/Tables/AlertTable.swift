internal import Alerts
package import BigQuery
internal import Pipeline

/// A table of a survey's alerts.
package enum AlertTable: String, Hashable, Sendable, CaseIterable {
    /// Every field of the packet but its images, nested and repeated as in the packet.
    case alerts
    /// A flat row for each alert: the detection's own columns, and the ids of the earlier ones.
    case source = "DIASource"

    /// The column by whose days every table is partitioned.
    package static let partitionColumn = TableColumn(
        "kafkaPublishTimestamp", .timestamp, description: "When the survey's Kafka took the alert")

    /// A column that stands after the packet's, and where its value comes from.
    struct Added: Sendable {
        let column: TableColumn
        let value: @Sendable (Products) -> ColumnValue
    }

    /// The columns that Nightjar adds: time, position, object, and what the stages say of the alert.
    func added(_ survey: Survey, _ stages: StageList) -> [Added] {
        var added = [Added(column: Self.partitionColumn) { ColumnValue(timestamp: $0.origin?.microseconds) }]
        added += AlertAttributes.pixelOrders.enumerated().map { index, order in
            let column = TableColumn("healpix\(order)", .integer, description: "Nested HEALPix index of order \(order)")
            return Added(column: column) { products in
                let pixels = AlertAttributes.pixels(of: products.alert.decoded.alert)
                return index < pixels.count ? .integer(pixels[index]) : .null
            }
        }
        // BigQuery clusters by columns of the top only, and there an LSST packet has no object.
        if self == .alerts, let source = survey.packet.flat.objectSource {
            let column = TableColumn(survey.packet.flat.object, .integer, description: source)
            added.append(Added(column: column) { ColumnValue(ProductValue($0.diaObjectId)) })
        }
        return added
            + stages.columns.enumerated().map { index, column in
                Added(column: TableColumn(column.name, column.bigQueryType)) { ColumnValue($0.alert.values[index]) }
            }
    }

    /// How the packet's fields lie in a row.
    func shape(_ survey: Survey) -> RecordRows.Shape {
        let flat = survey.packet.flat
        return switch self {
        case .alerts: .nested(leaving: survey.packet.cutouts)
        case .source:
            .flat(FlatRow(record: flat.record, history: flat.history, id: flat.id, joined: flat.joined))
        }
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

extension Products {
    /// LSST's `diaObject`, which a solar-system object has none of.
    fileprivate var diaObjectId: Int64? {
        AlertLabels(alert.decoded).ids.first { $0.name == "diaObject_diaObjectId" }.flatMap { Int64($0.value) }
    }
}
