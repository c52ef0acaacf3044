package import Alerts

/// A table of products with a row for each alert; each survey has one.
package struct ProductTable: Hashable, Sendable {
    /// The tables of all stages.
    package static let all = [Salt2Row.table, PassRow.table]

    /// Those of a data folder: all, and what only `salt2 refit` fills.
    package static let ofFolder = all + [Salt2Row.refits]

    /// The name after the survey's: `salt2` for `ztf_salt2`.
    package let name: String
    /// The columns in their order.
    package let columns: [ProductColumn]
    /// The columns that tell one row from another, the alert's id first; a later row of the same key replaces an earlier one.
    package let keys: [String]
    /// The column of the object's id.
    package let object: String
    /// The column of the alert's time, JD in the survey's own scale.
    package let time: String
    /// The table's description, one line.
    package let summary: String

    /// Columns by which rows are listed, such as those of a filter by time; `nil` where they are not.
    package var listed: [String]?

    /// A table with its columns, and those that have a role.
    package init(
        name: String, columns: [ProductColumn], keys: [String], object: String, time: String, summary: String,
        listed: [String]? = nil
    ) {
        self.name = name
        self.columns = columns
        self.keys = keys
        self.object = object
        self.time = time
        self.summary = summary
        self.listed = listed
    }

    /// The column of the alert's id.
    package var key: String { keys[0] }
}

/// A row of a ``ProductTable``.
package struct ProductRow: Sendable {
    /// The table.
    package let table: ProductTable
    /// The alert's survey.
    package let survey: Survey
    /// The values in the order of the table's columns.
    package let values: [ProductValue]
}
