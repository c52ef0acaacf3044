import Foundation

/// The targets that Package.swift names, and what they depend on.
struct PackageManifest {
    struct Target {
        enum Kind: String { case systemLibrary, target, executableTarget, testTarget }
        let name: String
        let kind: Kind
        let dependencies: [String]
        /// Its folder, from the package's.
        let path: String
    }

    /// In the manifest's order.
    let targets: [Target]

    private struct Unreadable: Error { let block: String }

    /// Reads the manifest, each of whose targets begins in a line of its own as swift-format leaves it.
    init() throws {
        let text = try String(contentsOf: Repository.root.appending(path: "Package.swift"), encoding: .utf8)
        var blocks: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("        .") {
                blocks.append(String(line))
            } else if let last = blocks.indices.last, !line.hasPrefix("        //") {
                blocks[last] += " " + line
            }
        }
        targets = try blocks.map { block in
            guard let kind = block.firstMatch(of: /\.(\w+)\(/).flatMap({ Target.Kind(rawValue: String($0.1)) }),
                let name = block.firstMatch(of: /name: "([^"]+)"/)
            else { throw Unreadable(block: block) }
            let list = block.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.1 ?? ""
            let path = block.firstMatch(of: /path: "([^"]+)"/).map { String($0.1) }
            return Target(
                name: String(name.1), kind: kind, dependencies: list.matches(of: /"([^"]+)"/).map { String($0.1) },
                path: path ?? (kind == .testTarget ? "Tests/\(name.1)" : "Sources/\(name.1)"))
        }
    }

    func target(_ name: String) -> Target? { targets.first { $0.name == name } }
}
