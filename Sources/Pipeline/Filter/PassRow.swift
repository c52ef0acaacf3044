internal import Alerts

/// The rows of `<survey>_passes`: an alert that passed a filter.
package enum PassRow {
    /// `<survey>_passes`: a row for each alert and filter that it passed.
    package static let table = ProductTable(
        name: "passes",
        columns: [
            ProductColumn("candid", .integer), ProductColumn("filter", .text), ProductColumn("version", .text),
            ProductColumn("objectId", .text), ProductColumn("jd", .real), ProductColumn("night", .integer),
        ], keys: ["candid", "filter"], object: "objectId", time: "jd",
        summary: "Alerts that passed filters, a row for each alert and filter",
        listed: ["filter", "jd", "candid", "objectId"])

    /// The row of an alert that passed a filter, in the order of the table's columns.
    static func values(_ alert: Alert, _ filter: LiveFilter) -> [ProductValue] {
        [
            .integer(alert.id), .text(filter.name), .text(filter.version), ProductValue(alert.objectId),
            ProductValue(alert.detection.epoch.jd), .integer(Int64(alert.night)),
        ]
    }
}
