internal import BigQuery
internal import CloudStorage
internal import GoogleAuth
internal import PubSub

/// The buckets, the dataset, its tables, and the configuration files of the stages.
struct StoreResources {
    let names: CloudNames
    let services: CloudServices
    let location: String?

    func bucket(_ name: String) -> CloudResource {
        let (storage, project, location) = (services.storage, names.project, location)
        return CloudResource(
            name: "bucket gs://\(name)",
            look: { () throws(GoogleCloudError) in try storage.hasBucket(name) ? .there : .missing },
            make: { () throws(GoogleCloudError) in
                _ = try storage.createBucket(name, project: project, location: location)
            },
            remove: { () throws(GoogleCloudError) in
                var listing = storage.list(name)
                while let objects = try listing.next() {
                    for object in objects { try storage.delete(object.path, generation: object.generation) }
                }
                try storage.deleteBucket(name)
            })
    }

    /// Publishes a message on the archive's stream for each new object of the bucket.
    var notification: CloudResource {
        let topic = TopicName(project: names.project, id: names.topic(.avroBucket))
        let (storage, bucket) = (services.storage, names.archiveBucket)
        func own() throws(GoogleCloudError) -> [StorageNotification] {
            try storage.notifications(of: bucket).filter { $0.topic.hasSuffix(topic.path) }
        }
        return CloudResource(
            name: "notification of gs://\(bucket) on \(topic.id)",
            look: { () throws(GoogleCloudError) in
                // Without the bucket there is no notification either.
                guard try storage.hasBucket(bucket) else { return .missing }
                do throws(GoogleCloudError) { return try own().isEmpty ? .missing : .there } catch {
                    // fake-gcs-server has no notifications; options of its own replace them.
                    guard error.code == .notFound && storage.isEmulator else { throw error }
                    return .unserved
                }
            },
            make: { () throws(GoogleCloudError) in
                _ = try storage.createNotification(
                    StorageNotification(topic: topic.path, payload: .object), of: bucket)
            },
            remove: { () throws(GoogleCloudError) in
                for id in try own().compactMap(\.id) { try storage.deleteNotification(id, of: bucket) }
            })
    }

    var dataset: CloudResource {
        let (bigQuery, project, dataset, location) = (services.bigQuery, names.project, names.dataset, location)
        return CloudResource(
            name: "dataset \(dataset)",
            look: { () throws(GoogleCloudError) in
                try bigQuery.hasDataset(dataset, project: project) ? .there : .missing
            },
            make: { () throws(GoogleCloudError) in
                _ = try bigQuery.createDataset(dataset, project: project, location: location)
            },
            remove: { () throws(GoogleCloudError) in
                try bigQuery.deleteDataset(dataset, project: project, contents: true)
            })
    }

    func table(_ definition: TableDefinition) -> CloudResource {
        let name = TableName(project: names.project, dataset: names.dataset, table: definition.name)
        let bigQuery = services.bigQuery
        return CloudResource(
            name: "table \(names.dataset).\(definition.name)",
            look: { () throws(GoogleCloudError) in
                guard let table = try bigQuery.table(name) else { return .missing }
                let change = try SchemaChange(from: table.schema, to: definition.schema, resource: name.description)
                return change.isEmpty ? .there : .different
            },
            make: { () throws(GoogleCloudError) in _ = try bigQuery.ensureTable(definition, at: name) },
            remove: { () throws(GoogleCloudError) in _ = try bigQuery.deleteTable(name) })
    }

    func file(_ file: (name: String, bytes: [UInt8])) -> CloudResource {
        let path = StoragePath(bucket: names.filesBucket, object: file.name)
        let storage = services.storage
        func current() throws(GoogleCloudError) -> [UInt8]? {
            guard try storage.hasBucket(path.bucket) else { return nil }
            do throws(GoogleCloudError) { return try storage.get(path, limit: 1 << 20) } catch {
                guard error.code == .notFound else { throw error }
                return nil
            }
        }
        return CloudResource(
            name: "file \(path)",
            look: { () throws(GoogleCloudError) in
                try current().map { $0 == file.bytes ? .there : .different } ?? .missing
            },
            make: { () throws(GoogleCloudError) in
                _ = try storage.put(
                    StorageUpload(file.bytes, to: path, contentType: "application/json5", condition: .always))
            },
            remove: { () throws(GoogleCloudError) in try storage.delete(path) })
    }
}
