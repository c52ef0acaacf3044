package import GoogleAuth
internal import HTTP

/// What was done so that a table is as it shall be.
package enum TableOutcome: Hashable, Sendable {
    case created
    case unchanged
    case changed(SchemaChange)
}

extension BigQueryClient {
    /// Makes a table.
    ///
    /// - Parameters:
    ///   - definition: What it shall be; its name is not looked at.
    ///   - name: Where.
    ///   - expiration: The lifetime of hourly ingestion-time partitions, which replace the definition's partitions.
    /// - Returns: Whether it was made now; `false` if it was there, as it was.
    /// - Throws: ``GoogleCloudError``.
    package func createTable(
        _ definition: TableDefinition, at name: TableName, partitionsExpireAfter expiration: Duration? = nil
    ) throws(GoogleCloudError) -> Bool {
        var fields: [String: Any] = [
            "tableReference": ["projectId": name.project, "datasetId": name.dataset, "tableId": name.table],
            "schema": definition.schema.fields,
        ]
        if !definition.description.isEmpty { fields["description"] = definition.description }
        if let expiration {
            fields["timePartitioning"] = [
                "type": "HOUR", "expirationMs": String(expiration.components.seconds * 1_000),
            ]
        } else if let column = definition.partitionColumn {
            fields["timePartitioning"] = ["type": "DAY", "field": column]
        }
        if !definition.clustering.isEmpty { fields["clustering"] = ["fields": definition.clustering] }
        do throws(GoogleCloudError) {
            _ = try object(
                answering: Call(
                    method: .post, path: ["projects", name.project, "datasets", name.dataset, "tables"], fields: fields,
                    resource: name.description))
            return true
        } catch {
            guard error.code == .alreadyExists else { throw error }
            return false
        }
    }

    /// A table as it is; `nil` where there is none.
    ///
    /// - Throws: ``GoogleCloudError``.
    package func table(_ name: TableName) throws(GoogleCloudError) -> TableDefinition? {
        try resource(name).map { json in
            TableDefinition(
                name: name.table, schema: json.object("schema").map(TableSchema.init) ?? TableSchema(),
                partitionColumn: json.object("timePartitioning")?.text("field"),
                clustering: json.object("clustering")?.texts("fields") ?? [],
                description: json.text("description") ?? "")
        }
    }

    private func resource(_ name: TableName) throws(GoogleCloudError) -> JSONObject? {
        do throws(GoogleCloudError) {
            return try object(answering: Call(method: .get, path: name.parts, resource: name.description))
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// Makes a table, or changes the one that is there so that it takes rows of the definition's columns: columns are
    /// added, and null let in. Any number of processes may do so at once.
    ///
    /// - Returns: What was done.
    /// - Throws: ``GoogleCloudError``; code `failedPrecondition` names each column that disagrees.
    package func ensureTable(
        _ definition: TableDefinition, at name: TableName, partitionsExpireAfter expiration: Duration? = nil
    ) throws(GoogleCloudError) -> TableOutcome {
        // Others may change the table between our look and our change; then it is looked at again.
        for _ in 0..<10 {
            guard let json = try resource(name) else {
                if try createTable(definition, at: name, partitionsExpireAfter: expiration) { return .created }
                continue
            }
            let there = json.object("schema").map(TableSchema.init) ?? TableSchema()
            let change = try SchemaChange(from: there, to: definition.schema, resource: name.description)
            if change.isEmpty { return .unchanged }
            do throws(GoogleCloudError) {
                try patch(change.schema, of: name, etag: json.text("etag"))
                return .changed(change)
            } catch {
                guard error.code == .failedPrecondition else { throw error }
            }
        }
        throw Self.error(.aborted, name.description, "others change the table all the time")
    }

    /// Changes a table's columns.
    ///
    /// - Parameters:
    ///   - schema: All columns, those that are there in their order.
    ///   - name: The table.
    ///   - etag: Of the table that was looked at.
    /// - Throws: ``GoogleCloudError``; code `failedPrecondition` where somebody has changed the table since.
    private func patch(
        _ schema: TableSchema, of name: TableName, etag: String?
    ) throws(GoogleCloudError) {
        _ = try object(
            answering: Call(
                method: .patch, path: name.parts, fields: ["schema": schema.fields], ifMatch: etag,
                resource: name.description))
    }

    /// Removes a table.
    ///
    /// - Returns: Whether it was there.
    /// - Throws: ``GoogleCloudError``.
    package func deleteTable(_ name: TableName) throws(GoogleCloudError) -> Bool {
        do throws(GoogleCloudError) {
            _ = try body(answering: Call(method: .delete, path: name.parts, resource: name.description))
            return true
        } catch {
            guard error.code == .notFound else { throw error }
            return false
        }
    }

    /// The names of a dataset's tables.
    ///
    /// - Throws: ``GoogleCloudError``.
    package func tables(of dataset: String, project: String) throws(GoogleCloudError) -> [String] {
        var names: [String] = []
        var token: String?
        repeat {
            let page = try object(
                answering: Call(
                    method: .get, path: ["projects", project, "datasets", dataset, "tables"],
                    query: [("maxResults", "1000")] + (token.map { [("pageToken", $0)] } ?? []),
                    resource: "\(project).\(dataset)"))
            names += page.objects("tables").compactMap { $0.object("tableReference")?.text("tableId") }
            token = page.text("nextPageToken")
        } while token != nil
        return names
    }
}
