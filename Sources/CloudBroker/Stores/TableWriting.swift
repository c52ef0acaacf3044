package import BigQuery

/// Where rows are written.
package struct TableWriting: Sendable {
    let rest: BigQueryClient
    let write: StorageWriteClient
    let project: String
    let dataset: String

    package init(rest: BigQueryClient, write: StorageWriteClient, project: String, dataset: String) {
        self.rest = rest
        self.write = write
        self.project = project
        self.dataset = dataset
    }

    func name(_ table: String) -> TableName { TableName(project: project, dataset: dataset, table: table) }
}
