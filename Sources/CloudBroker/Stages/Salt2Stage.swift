internal import Alerts
package import GoogleCloud
internal import Salt2
internal import Stages

/// Keeps what the SALT2 fit finds of the filtered stream's alerts: a picture, a row, a message, in this order.
///
/// The worker's decoding has fitted them already. Pictures and rows are kept once by the alert's id.
package struct Salt2Stage: Stage {
    private let output: StreamOutput
    private let pictures: Pictures?
    private let table: Salt2Sink?

    /// Where pictures go.
    package struct Pictures: Sendable {
        let storage: StorageClient
        let bucket: String

        package init(storage: StorageClient, bucket: String) {
            self.storage = storage
            self.bucket = bucket
        }
    }

    package init(output: StreamOutput, pictures: Pictures?, table: Salt2Sink?) {
        self.output = output
        self.pictures = pictures
        self.table = table
    }

    private struct Fitted {
        let alert: StageAlert
        let fit: SupernovaFit
        let row: Salt2Row
    }

    package mutating func take(_ alerts: [StageAlert]) throws(GoogleCloudError) -> [StageFault] {
        let fitted = alerts.compactMap { alert -> Fitted? in
            guard case .fit(let fit) = alert.judged.supernova else { return nil }
            let path = fit.picture.flatMap { _ in pictures.map { "gs://\($0.bucket)/\(Self.picture(alert))" } }
            return Fitted(alert: alert, fit: fit, row: Salt2Row(alert.judged.decoded.alert, fit, path: path))
        }
        guard !fitted.isEmpty else { return [] }
        try keepPictures(fitted)
        let faults = try table?.append(fitted.map { ($0.row, $0.alert) }) ?? []
        try output.publish(fitted.compactMap(Self.message))
        return faults
    }

    private static func picture(_ alert: StageAlert) -> String { CloudNames.picture(alert.judged.decoded.alert.id) }

    private func keepPictures(_ fitted: [Fitted]) throws(GoogleCloudError) {
        guard let pictures else { return }
        let uploads = fitted.compactMap { fitted -> StorageUpload? in
            guard let picture = fitted.fit.picture else { return nil }
            return StorageUpload(
                picture, to: StoragePath(bucket: pictures.bucket, object: Self.picture(fitted.alert)),
                contentType: "image/png", metadata: AlertAttributes.of(fitted.alert.judged.decoded),
                condition: .ifAbsent)
        }
        for outcome in pictures.storage.put(uploads) { _ = try outcome.get() }
    }

    private static func message(_ fitted: Fitted) -> StreamOutput.Message? {
        let judged = fitted.alert.judged
        guard let message = judged.message else { return nil }
        let schema = judged.schema.salt2
        var attributes = fitted.alert.attributes.merging(AlertAttributes.of(judged.verdict)) { $1 }
        attributes["salt2_success"] = String(fitted.fit.success)
        if let quality = fitted.fit.quality { attributes["salt2_quality"] = quality.rawValue }
        return StreamOutput.Message(
            data: schema.segment.container(schema.message(alert: message, row: fitted.row)[...]),
            attributes: attributes)
    }
}
