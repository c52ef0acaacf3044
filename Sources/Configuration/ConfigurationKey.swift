/// One thing that a configuration can say, and the option of the command line that says the same.
package struct ConfigurationKey: Sendable {
    /// What values a key takes.
    package enum Kind: Sendable {
        /// `true` or `false`; what holds where nothing is said.
        case flag(standard: Bool)
        /// A text that is not empty; what holds where nothing is said.
        case text(standard: String? = nil)
        /// A text that begins with one of these.
        case address([String])
        /// `committed`, which holds where nothing is said, `earliest`, an offset, or a time.
        case start
        /// A whole number within these bounds.
        case number(ClosedRange<Int>)
        case list
        /// An object of names and values, each its own `--OPTION name=value`.
        case properties
    }

    /// Names of objects and of the key in them, as `kafka.group`.
    package let path: String
    /// What values it takes.
    package let kind: Kind
    /// The option's name without its dashes; for a flag that is on by itself the one that puts it off.
    package let option: String
    /// The path of the flag that cannot be on beside this one.
    package let excludes: String?

    init(_ path: String, _ kind: Kind, option: String? = nil, excludes: String? = nil) {
        self.path = path
        self.kind = kind
        self.excludes = excludes
        let name = path.split(separator: ".").last.map { Self.dashed($0) } ?? path
        if case .flag(standard: true) = kind { self.option = "no-" + name } else { self.option = option ?? name }
    }

    /// The object that holds the key; `nil` for the configuration itself.
    package var section: String? { path.lastIndex(of: ".").map { String(path[..<$0]) } }

    /// Whether a value of a flag is the one that its option stands for.
    package func raisesFlag(_ isOn: Bool) -> Bool {
        if case .flag(let standard) = kind { isOn != standard } else { false }
    }

    /// Whether it is `true` or `false`.
    package var isFlag: Bool { if case .flag = kind { true } else { false } }
    /// Whether it holds properties that are handed on.
    package var isProperties: Bool { if case .properties = kind { true } else { false } }

    /// Whether its option takes a text, once.
    package var isText: Bool {
        switch kind {
        case .text, .address, .start, .number: true
        case .flag, .list, .properties: false
        }
    }

    /// The text that holds where nothing is said.
    package var standard: String? {
        switch kind {
        case .text(let standard): standard
        case .start: "committed"
        case .flag, .address, .number, .list, .properties: nil
        }
    }

    /// The key with a path; `nil` where there is none.
    package static func at(_ path: String) -> ConfigurationKey? { all.first { $0.path == path } }

    /// Everything that a configuration can say: a line for each.
    package static let all: [ConfigurationKey] = [
        ConfigurationKey("sources", .list),
        ConfigurationKey("data", .text()),
        ConfigurationKey("schemas", .text()),
        ConfigurationKey("schemaRegistry", .address(["http://", "https://"])),
        ConfigurationKey("pure", .flag(standard: false)),
        ConfigurationKey("fits", .flag(standard: true)),
        ConfigurationKey("models", .text()),
        ConfigurationKey("model", .text(standard: "salt2-k21-frag")),
        ConfigurationKey("redshifts", .text()),
        ConfigurationKey("dustMap", .text()),
        ConfigurationKey("plots", .flag(standard: true)),
        ConfigurationKey("json", .flag(standard: false)),
        ConfigurationKey("quiet", .flag(standard: false)),
        ConfigurationKey("kafka.group", .text(standard: "nightjar")),
        ConfigurationKey("kafka.start", .start),
        ConfigurationKey("kafka.untilEnd", .flag(standard: false), excludes: "kafka.follow"),
        ConfigurationKey("kafka.follow", .flag(standard: false), excludes: "kafka.untilEnd"),
        ConfigurationKey("kafka.publish", .address(["kafka://"])),
        ConfigurationKey("kafka.night", .text()),
        ConfigurationKey("kafka.krb5Conf", .text()),
        ConfigurationKey("kafka.properties", .properties, option: "kafka-property"),
        ConfigurationKey("cloud.project", .text()),
        ConfigurationKey("cloud.survey", .text(standard: "ztf")),
        ConfigurationKey("cloud.testID", .text(), option: "test-id"),
        ConfigurationKey("cloud.region", .text()),
        ConfigurationKey("cloud.deadLetters", .address(["pubsub://"])),
        ConfigurationKey("cloud.table", .address(["bigquery://"])),
        ConfigurationKey("cloud.pictures", .address(["gs://"])),
        ConfigurationKey("cloud.cutouts", .address(["gs://"])),
        ConfigurationKey("cloud.workers", .number(1...256)),
        ConfigurationKey("cloud.batch", .number(1...1_000)),
        ConfigurationKey("cloud.settle", .number(1...86_400)),
        ConfigurationKey("cloud.untilIdle", .number(1...86_400)),
    ]

    /// The objects that hold keys.
    static let sections: Set<String> = Set(all.compactMap(\.section))

    /// schemaRegistry -> schema-registry
    private static func dashed(_ name: Substring) -> String {
        name.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
    }
}
