package import BigQuery

/// A dataset, and the clients that write to it.
package struct TableWriting: Sendable {
    let rest: BigQueryClient
    let write: StorageWriteClient
    let project: String
    let dataset: String

    /// A dataset of a project, with the clients for tables and for rows.
    package init(rest: BigQueryClient, write: StorageWriteClient, project: String, dataset: String) {
        self.rest = rest
        self.write = write
        self.project = project
        self.dataset = dataset
    }

    func name(_ table: String) -> TableName { TableName(project: project, dataset: dataset, table: table) }
}
