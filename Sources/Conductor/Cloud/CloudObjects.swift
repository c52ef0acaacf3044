internal import Alerts
internal import CloudBroker
internal import CloudStorage
internal import GoogleAuth
internal import Pipeline
internal import Threads

/// The objects of a night in the archive's bucket.
///
/// Where they lie in folders of a day, the folders are listed. Where they are called by the alert's object, no prefix is the
/// night's: the object of each row is looked up, and an object without a row shows as a message without an outcome.
struct CloudObjects: Sendable {
    /// What the bucket has.
    struct Found: Sendable {
        /// The alerts' ids.
        var ids: Set<Int64> = []
        /// Where each alert was on Kafka, as its object has it.
        var places: [Int64: CloudPlace] = [:]

        mutating func add(_ id: Int64, _ origin: PacketOrigin?) {
            ids.insert(id)
            guard let origin, let topic = origin.topic, let partition = origin.partition, let offset = origin.offset
            else { return }
            places[id] = CloudPlace(topic: topic, partition: partition, offset: offset)
        }
    }

    /// Objects that are asked for at once, and of which the answers are held.
    private static let connections = 32
    private static let batch = 10_000

    let names: CloudNames
    let client: StorageClient
    /// When it gives up.
    var deadline = ContinuousClock.now + .seconds(600)

    /// Reads which alerts have an object.
    ///
    /// - Parameters:
    ///   - rows: The night's rows.
    ///   - window: When Kafka took its alerts.
    ///   - topics: The night's topics.
    /// - Returns: The objects; those of other nights are left out.
    /// - Throws: ``ControlError``.
    func read(
        of rows: [CloudRows.Row], in window: CloudWindow, topics: [String]
    ) throws(ControlError) -> Found {
        try GoogleWorkers.attempt("read the night's objects", .archive) { () throws(GoogleCloudError) in
            switch names.survey.archiveName {
            case .object: try lookUp(rows, topics)
            case .day: try list(rows, window)
            }
        }
    }

    private func checkTime() throws(GoogleCloudError) {
        guard ContinuousClock.now < deadline else {
            throw GoogleCloudError(
                .deadlineExceeded, service: GoogleService.storage.rawValue, resource: "gs://\(names.archiveBucket)",
                detail: "the night's objects were not all read in time")
        }
    }

    private func lookUp(_ rows: [CloudRows.Row], _ topics: [String]) throws(GoogleCloudError) -> Found {
        var found = Found()
        for start in stride(from: 0, to: rows.count, by: Self.batch) {
            try checkTime()
            let part = Array(rows[start..<min(start + Self.batch, rows.count)])
            let objects = try part.concurrentMap(width: Self.connections) {
                [client, bucket = names.archiveBucket] (row) throws(GoogleCloudError) -> StorageObject? in
                for topic in topics {
                    let name = ArchiveObject.name(object: row.object, id: row.id, topic: topic)
                    do throws(GoogleCloudError) {
                        return try client.object(StoragePath(bucket: bucket, object: name))
                    } catch { if error.code != .notFound { throw error } }
                }
                return nil
            }
            for (row, object) in zip(part, objects) {
                if let object { found.add(row.id, PacketOrigin(attributes: object.metadata)) }
            }
        }
        return found
    }

    private func list(_ rows: [CloudRows.Row], _ window: CloudWindow) throws(GoogleCloudError) -> Found {
        let ids = Set(rows.map(\.id))
        let folders = try client.folders(of: names.archiveBucket).flatMap { version in
            window.days.map { version + ArchiveObject.folder(ofDay: $0) }
        }
        let parts = try folders.concurrentMap(width: Self.connections) {
            [self, bucket = names.archiveBucket] (folder) throws(GoogleCloudError) -> Found in
            var (found, pages) = (Found(), client.list(bucket, prefix: folder))
            while let page = try pages.next() {
                try checkTime()
                for object in page {
                    guard let id = ArchiveObject.id(in: object.path.object) else { continue }
                    let origin = PacketOrigin(attributes: object.metadata)
                    // A day's folder has two nights.
                    let isOfNight =
                        origin?.timestamp.map { (window.begin / 1_000..<window.end / 1_000).contains($0) }
                        ?? ids.contains(id)
                    if isOfNight { found.add(id, origin) }
                }
                guard found.ids.count <= CloudLedger.mostAlerts else {
                    throw GoogleCloudError(
                        .outOfRange, service: GoogleService.storage.rawValue, resource: "gs://\(bucket)/\(folder)",
                        detail: "more than \(CloudLedger.mostAlerts) objects of a night")
                }
            }
            return found
        }
        return parts.reduce(into: Found()) { all, part in
            all.ids.formUnion(part.ids)
            all.places.merge(part.places) { first, _ in first }
        }
    }
}
