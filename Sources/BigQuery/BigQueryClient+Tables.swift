package import GoogleAuth
internal import HTTP

/// What was done to give a table its definition.
package enum TableOutcome: Hashable, Sendable {
    case created
    case unchanged
    case changed(SchemaChange)
}

extension BigQueryClient {
    /// Creates a table.
    ///
    /// - Parameters:
    ///   - definition: The definition; its name is not used.
    ///   - name: The table.
    ///   - expiration: The lifetime of hourly ingestion-time partitions, which replace the definition's partitions.
    /// - Returns: Whether it was created; `false` if it existed, which is not changed.
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

    /// The current definition of a table; `nil` where it does not exist.
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

    /// Creates a table, or changes the existing one so that it accepts rows of the definition: columns are added, and made
    /// nullable. Any number of processes may do so at once.
    ///
    /// - Returns: What was done.
    /// - Throws: ``GoogleCloudError``; code `failedPrecondition` names each column that disagrees.
    package func ensureTable(
        _ definition: TableDefinition, at name: TableName, partitionsExpireAfter expiration: Duration? = nil
    ) throws(GoogleCloudError) -> TableOutcome {
        // Another process may change the table between the read and the change; then it is read again.
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
        throw Self.error(.aborted, name.description, "other processes keep changing the table")
    }

    /// Changes a table's columns.
    ///
    /// - Parameters:
    ///   - schema: All columns, the existing ones in their order.
    ///   - name: The table.
    ///   - etag: The etag of the table that was read.
    /// - Throws: ``GoogleCloudError``; code `failedPrecondition` where the table was changed since.
    private func patch(
        _ schema: TableSchema, of name: TableName, etag: String?
    ) throws(GoogleCloudError) {
        _ = try object(
            answering: Call(
                method: .patch, path: name.parts, fields: ["schema": schema.fields], ifMatch: etag,
                resource: name.description))
    }

    /// Deletes a table.
    ///
    /// - Returns: Whether it existed.
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
