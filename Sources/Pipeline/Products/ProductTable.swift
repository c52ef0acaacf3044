package import Alerts

/// A table of products, a row for an alert; each survey has one of its own.
package struct ProductTable: Hashable, Sendable {
    /// Those of all stages.
    package static let all = [Salt2Row.table]

    /// What follows the survey's name in the table's: `salt2` for `ztf_salt2`.
    package let name: String
    package let columns: [ProductColumn]
    /// The column of the alert's id; a later row of the same id takes the place of an earlier one.
    package let key: String
    /// The column of the object.
    package let object: String
    /// The column of the alert's time.
    package let time: String
    /// What stands in the table, in a line.
    package let summary: String

    package init(
        name: String, columns: [ProductColumn], key: String, object: String, time: String, summary: String
    ) {
        self.name = name
        self.columns = columns
        self.key = key
        self.object = object
        self.time = time
        self.summary = summary
    }
}

/// A row of a ``ProductTable``.
package struct ProductRow: Sendable {
    package let table: ProductTable
    /// Of the alert.
    package let survey: Survey
    /// In the order of the table's columns.
    package let values: [ProductValue]
}
