package import Foundation

/// The folder of real packets and reference results that lies beside a developer's checkout; it is never committed.
package enum SharedFolder {
    /// Why a test that needs the folder did not run.
    package static let skipped = "skipped: no ../shared/data/alerts here (set NIGHTJAR_SHARED to where it is)"

    package static let alerts: URL? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let shared =
            ProcessInfo.processInfo.environment["NIGHTJAR_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? root.appendingPathComponent("shared")
        let alerts = shared.appendingPathComponent("data/alerts")
        return FileManager.default.fileExists(atPath: alerts.path) ? alerts : nil
    }()

    package static var isThere: Bool { alerts != nil }
}
