/// A key of a configuration file, which corresponds to an option of the command line.
package struct ConfigurationKey: Sendable, Hashable {
    /// The type of a key's values.
    package enum Kind: Sendable, Hashable {
        /// `true` or `false`, with its default.
        case flag(standard: Bool)
        /// A text that is not empty.
        case text
        /// One of these texts.
        case choice([String])
        /// A text that begins with one of these.
        case address([String])
        /// `committed`, `earliest`, an offset, or a time.
        case start
        /// A whole number within these bounds.
        case number(ClosedRange<Int>)
        case list
        /// An object of names and values, each its own `--OPTION name=value`.
        case properties
    }

    /// The names of its sections and its own, such as `kafka.group`.
    package let path: String
    /// The type of its values.
    package let kind: Kind
    /// The path of the flag that cannot be true together with this one.
    package let excludes: String?

    /// A key at a path, `SECTION.NAME` or `NAME`.
    package init(_ path: String, _ kind: Kind, excludes: String? = nil) {
        self.path = path
        self.kind = kind
        self.excludes = excludes
    }

    /// The object that holds the key; `nil` for the configuration itself.
    package var section: String? { path.lastIndex(of: ".").map { String(path[..<$0]) } }
    /// Its name in that object.
    package var name: String { path.lastIndex(of: ".").map { String(path[path.index(after: $0)...]) } ?? path }
}

/// All keys of a configuration file.
package struct ConfigurationKeys: Sendable {
    /// Each key once, in order.
    package let all: [ConfigurationKey]
    /// The objects that hold keys.
    let sections: Set<String>
    private let byPath: [String: ConfigurationKey]

    /// The keys; of several with one path the first holds.
    package init(_ keys: [ConfigurationKey]) {
        var seen: Set<String> = []
        all = keys.filter { seen.insert($0.path).inserted }
        sections = Set(all.compactMap(\.section))
        byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })
    }

    /// The key with a path; `nil` where there is none.
    package func at(_ path: String) -> ConfigurationKey? { byPath[path] }
}
