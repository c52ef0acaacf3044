internal import Configuration
internal import Foundation

/// A configuration as `config show` prints it: the values by their paths, and where each comes from.
struct ShownConfiguration {
    /// A setting as JSON has it.
    enum Value: Encodable {
        case none
        case flag(Bool)
        case text(String)
        case list([String])
        case object([String: Value])

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .none: try value.encodeNil()
            case .flag(let flag): try value.encode(flag)
            case .text(let text): try value.encode(text)
            case .list(let list): try value.encode(list)
            case .object(let object): try value.encode(object)
            }
        }
    }

    private var members: [String: Value] = [:]
    private var sections: [String: [String: Value]] = [:]
    private var origins: [String: Value] = [:]

    /// Sets a key that is not set yet, and where its value comes from; by default from nowhere else.
    mutating func set(_ path: String, _ value: Value, _ origin: String?) {
        guard origins[path] == nil else { return }
        origins[path] = .text(origin ?? "default")
        let key = ConfigurationKey(path, .text)
        if let section = key.section {
            sections[section, default: [:]][key.name] = value
        } else {
            members[path] = value
        }
    }

    func json() throws -> [UInt8] {
        var whole = members
        for (section, values) in sections { whole[section] = .object(values) }
        whole[Configuration.originsName] = .object(origins)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(whole))
    }
}
