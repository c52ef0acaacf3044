import Foundation

/// The package's own sources, as the tests of this target read them.
enum Repository {
    /// A Swift file under `Sources`.
    struct File: Sendable, CustomStringConvertible {
        /// From the package's folder, such as `Sources/Sky/HEALPix.swift`.
        let path: String
        let lines: [Substring]

        /// The target it belongs to.
        var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
        var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
        var description: String { path }

        /// The modules that it imports.
        var imports: [String] {
            lines.compactMap { line in
                let words = line.split(separator: " ").prefix(3)
                guard let place = words.firstIndex(of: "import"), !line.hasPrefix(" ") else { return nil }
                return words.dropFirst(place + 1).first.map(String.init)
            }
        }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every Swift file below a folder of the package, by path.
    static func files(below folder: String) throws -> [File] {
        let base = root.appending(path: folder).path
        guard let names = FileManager.default.enumerator(atPath: base) else { throw CocoaError(.fileNoSuchFile) }
        return try names.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let text = try String(contentsOfFile: "\(base)/\(name)", encoding: .utf8)
            return File(path: "\(folder)/\(name)", lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }

    static let sources = Result { try files(below: "Sources") }
}
