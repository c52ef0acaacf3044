import Alerts
import Avro
import Foundation
import Simulator
import TestSupport

/// What simulated LSST nights need and the repository does not hold: the published schema and a model.
enum LSSTInputs {
    static let skipped: String = "skipped: no models or no schemas here (scripts/setup brings them)"

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let models =
        ProcessInfo.processInfo.environment["NIGHTJAR_MODELS"] ?? root.appending(path: "models").path
    private static let schemaFolders = [
        root.appending(path: "schemas/lsst/11/1"), SharedFolder.alerts?.appending(path: "schema/lsst/11/1"),
    ]

    static let isThere = model != nil && schema != nil

    static let model = try? SupernovaModel(folder: models)

    /// The published schema 11.1.
    static let schema: AvroSchema? = schemaFolders.lazy.compactMap { folder -> AvroSchema? in
        guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            return nil
        }
        let texts = names.filter { $0.hasSuffix(".avsc") }
            .compactMap { FileManager.default.contents(atPath: folder.appending(path: $0).path) }
        return try? SchemaSet(texts.map { ArraySlice($0) }).schema(named: "lsst.v11_1.alert")
    }.first

    struct Missing: Error {}

    static func night(
        _ alerts: Int, night: Int = 20_260_915, seed: UInt64 = 7, frame: PacketPlan.Frame = .confluent
    ) throws -> LSSTNight {
        guard let model, let schema else { throw Missing() }
        return try LSSTNight(
            alerts: alerts, seed: seed, night: night, plan: PacketPlan(schema: schema, id: 1101), frame: frame,
            model: model)
    }

    /// A decoder that knows the schema by its number.
    static func decoder() -> AlertDecoder {
        AlertDecoder { id in id == 1101 ? schema.map { .found($0) } ?? .unknown : .unknown }
    }
}
