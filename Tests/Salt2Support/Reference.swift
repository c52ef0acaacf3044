internal import Foundation
package import Salt2
internal import TestSupport

/// Models in `models/` and reference numbers beside the checkout; tests that need either say so when it is missing.
package enum Reference {
    package static let skippedModels = "skipped: no models here (scripts/fetch-models brings them)"
    package static let skippedSecondModel =
        "skipped: no second model here (scripts/fetch-models --test-models brings it)"
    package static let skipped = "skipped: no models or no ../shared/reference/salt2 here"

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let models =
        ProcessInfo.processInfo.environment["NIGHTJAR_MODELS"] ?? root.appendingPathComponent("models").path
    private static let numbers: URL? = {
        let shared =
            ProcessInfo.processInfo.environment["NIGHTJAR_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? root.deletingLastPathComponent().appendingPathComponent("shared")
        let folder = shared.appendingPathComponent("reference/salt2")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    package static func hasModel(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(models)/\(name)/salt2_template_0.dat")
            || FileManager.default.fileExists(atPath: "\(models)/\(name)/salt3_template_0.dat")
    }
    package static let hasModels = ContinuousIntegration.runs(
        hasModel("salt2-k21-frag") && FileManager.default.fileExists(atPath: bandFolder))
    package static let isThere = hasModels && numbers != nil

    package static let bandFolder = "\(models)/bandpasses"
    package static func folder(_ model: String) -> String { "\(models)/\(model)" }

    package static let bands: Result<[BandpassCurve], any Error> = Result { try BandpassCurve.load(folder: bandFolder) }
    package static let k21: Result<Salt2Model, any Error> = Result {
        try Salt2Model.load(folder: folder("salt2-k21-frag"))
    }
    package static let second: Result<Salt2Model, any Error> = Result { try Salt2Model.load(folder: folder("salt2-4")) }

    /// Lines of a reference file, each an object.
    package static func lines(_ name: String) throws -> [[String: Any]] {
        try bytes(name).split(separator: 0x0a).map {
            try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any] ?? [:]
        }
    }

    package static func bytes(_ name: String) throws -> [UInt8] {
        guard let numbers else { return [] }
        return [UInt8](try Data(contentsOf: numbers.appendingPathComponent(name)))
    }

    package static func object(_ name: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(bytes(name))) as? [String: Any] ?? [:]
    }
}

extension [String: Any] {
    package func object(_ key: String) -> [String: Any] { self[key] as? [String: Any] ?? [:] }
    package func number(_ key: String) -> Double { self[key] as? Double ?? .nan }
    package func numbers(_ key: String) -> [Double] { self[key] as? [Double] ?? [] }
    package func text(_ key: String) -> String { self[key] as? String ?? "" }
}

package func relative(_ a: Double, _ b: Double) -> Double { abs(a - b) / Swift.max(abs(b), 1e-300) }
