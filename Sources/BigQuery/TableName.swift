/// A table of a dataset of a project.
package struct TableName: Hashable, Sendable, CustomStringConvertible {
    /// The project that has the dataset.
    package let project: String
    /// The dataset that has the table.
    package let dataset: String
    /// The table's own name.
    package let table: String

    /// The name of a table in a dataset of a project.
    package init(project: String, dataset: String, table: String) {
        self.project = project
        self.dataset = dataset
        self.table = table
    }

    /// The name in the REST and gRPC interfaces.
    package var path: String { parts.joined(separator: "/") }
    var parts: [String] { ["projects", project, "datasets", dataset, "tables", table] }
    /// The name in SQL.
    package var sql: String { "`\(project).\(dataset).\(table)`" }
    package var description: String { "\(project).\(dataset).\(table)" }

    /// Another table of the same dataset.
    package func sibling(_ table: String) -> TableName {
        TableName(project: project, dataset: dataset, table: table)
    }

    /// Whether a text is a valid name of a project, dataset, table or job, and safe in an address and in SQL.
    static func isName(_ text: String) -> Bool {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "_-.:".unicodeScalars.contains(scalar))
        }
        return isPlain && !text.isEmpty && !text.allSatisfy { $0 == "." }
    }
}
