internal import Alerts
internal import Foundation

/// A folder of data that nobody names: here, or beside the package that the command was built in, or where `make install` puts
/// the models.
struct StandardFolder: Sendable {
    private let name: String
    /// What a folder of the name has in it when it is the one that is meant; empty where the name is enough.
    private let marks: [String]

    /// SALT2 models and bandpasses, as scripts/fetch-models brings them.
    static let models = StandardFolder(name: "models", marks: [])
    /// Descriptions of classifiers.
    static let classifiers = StandardFolder(name: "classifiers", marks: [])
    /// Filters, in folders of their surveys: many a folder has the name, so that a survey's is looked for in it.
    static let filters = StandardFolder(name: "filters", marks: Survey.all.map(\.name))
    /// Schemas of Confluent frames, as scripts/fetch-schemas brings them: many a folder has the name, so that a survey's is
    /// looked for in it.
    static let schemas = StandardFolder(name: "schemas", marks: Survey.all.map(\.name))

    /// Its path; `nil` where it is not there.
    var path: String? {
        if isOne(name) { return name }
        guard let command = Bundle.main.executableURL else { return nil }
        let installed = command.resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("share/nightjar/\(name)").path
        if isOne(installed) { return installed }
        var folder = command
        for _ in 0..<4 {
            folder.deleteLastPathComponent()
            let candidate = folder.appendingPathComponent(name).path
            let isPackage = FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
            if isPackage && isOne(candidate) { return candidate }
        }
        return nil
    }

    private func isOne(_ path: String) -> Bool {
        let files = FileManager.default
        return marks.isEmpty
            ? files.fileExists(atPath: path) : marks.contains { files.fileExists(atPath: "\(path)/\($0)") }
    }
}
