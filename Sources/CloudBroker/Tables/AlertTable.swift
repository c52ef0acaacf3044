internal import Alerts
internal import BigQuery

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
