internal import Foundation

/// How to reach the servers: librdkafka's own properties, by its own names, in the order they were set.
///
/// A value may be `${env:NAME}`, a variable of the environment, or `${file:PATH}`, a file's first line; it is looked up when
/// a client is made, so that the secret stands in no configuration. `description` hides secrets.
package struct KafkaConfiguration: Hashable, Sendable, CustomStringConvertible {
    /// One of librdkafka's properties.
    package struct Property: Hashable, Sendable {
        /// The property's name.
        package let name: String
        /// Its value, or a reference to it.
        package let value: String
    }

    /// In the order in which they were set.
    package private(set) var properties: [Property] = []
    /// Where Kerberos' krb5.conf is; `nil` for the system's. librdkafka has no property for it.
    package var krb5Configuration: String?

    /// Takes the servers to ask first, `HOST:PORT[,HOST:PORT]`.
    package init(brokers: String) { self["bootstrap.servers"] = brokers }

    /// A property's value as it was set; setting it again takes the place of the first.
    package subscript(name: String) -> String? {
        get { properties.last { $0.name == name }?.value }
        set {
            properties.removeAll { $0.name == name }
            if let newValue { properties.append(Property(name: name, value: newValue)) }
        }
    }

    /// Sets a property unless it is set.
    package mutating func setDefault(_ name: String, _ value: String) {
        if self[name] == nil { self[name] = value }
    }

    /// Sets `name=value`.
    package mutating func set(_ assignment: some StringProtocol) throws(KafkaError) {
        guard let equals = assignment.firstIndex(of: "=") else {
            // Not repeated: what was meant for a value may be a secret.
            throw KafkaError(.configuration, "read properties", "a property is written name=value; there is no '='")
        }
        let name = assignment[..<equals].trimmingCharacters(in: .whitespaces)
        guard !name.isEmpty else {
            throw KafkaError(.configuration, "read properties", "a property is written name=value; there is no name")
        }
        self[name] = assignment[assignment.index(after: equals)...].trimmingCharacters(in: .whitespaces)
    }

    /// Sets what a file says, `name=value` a line; empty lines and those that begin with `#` or `!` say nothing.
    package mutating func read(file: String) throws(KafkaError) {
        for (index, line) in try Self.text(of: file).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        )
        .enumerated() {
            let line = line.drop { $0 == " " || $0 == "\t" }
            guard let first = line.first, first != "#", first != "!" else { continue }
            do { try set(line) } catch {
                throw KafkaError(.configuration, "read properties", "\(file), line \(index + 1): \(error.detail)")
            }
        }
    }

    package var description: String {
        properties.map { "\($0.name)=\(Self.shown($0))" }.joined(separator: "\n")
    }

    /// Whether a property's value must not be shown.
    package static func isSecret(_ name: String) -> Bool {
        let words = ["password", "secret", ".pem", "oauthbearer", "jaas", "token", "credential"]
        return words.contains { name.lowercased().contains($0) }
    }

    private static func shown(_ property: Property) -> String {
        isSecret(property.name) && !isReference(property) ? "(hidden)" : property.value
    }

    /// Whether the value stands elsewhere, and so must not be shown, whatever the property is called.
    static func isReference(_ property: Property) -> Bool {
        property.value.hasSuffix("}") && (property.value.hasPrefix("${env:") || property.value.hasPrefix("${file:"))
    }

    /// The value that a property stands for.
    static func resolved(_ property: Property) throws(KafkaError) -> String {
        let value = property.value
        guard value.hasSuffix("}") else { return value }
        if value.hasPrefix("${env:") {
            let name = String(value.dropFirst(6).dropLast())
            if let found = ProcessInfo.processInfo.environment[name] { return found }
            throw KafkaError(.configuration, "configure", "\(property.name): the environment has no variable \(name)")
        }
        if value.hasPrefix("${file:") {
            return String(try text(of: String(value.dropFirst(7).dropLast())).prefix { !$0.isNewline })
        }
        return value
    }

    /// A small text file.
    private static func text(of file: String) throws(KafkaError) -> String {
        let limit = 1 << 20
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
            defer { try? handle.close() }
            let data = try handle.read(upToCount: limit + 1) ?? Data()
            guard data.count <= limit, let text = String(data: data, encoding: .utf8) else {
                throw KafkaError(.configuration, "read properties", "\(file): longer than \(limit) bytes, or not UTF-8")
            }
            return text
        } catch let error as KafkaError {
            throw error
        } catch {
            throw KafkaError(.configuration, "read properties", "\(file): \(error.localizedDescription)")
        }
    }
}
