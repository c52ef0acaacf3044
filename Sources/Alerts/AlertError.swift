package import Avro

/// Why a packet holds no alert that Nightjar can use, and where in it.
package struct AlertError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Hashable, Sendable {
        /// The packet has no bytes.
        case empty
        /// The Avro in it is damaged.
        case damaged
        /// Neither an Avro container nor a Confluent frame.
        case notAvro
        /// More bytes than a packet may have.
        case tooLarge
        /// A container without a record.
        case noRecord
        /// A Confluent frame whose schema number nobody knows.
        case unknownSchemaID
        /// A Confluent frame whose schema could not be asked for: the packet may be sound.
        case schemaUnavailable
        /// Sound Avro, but of no survey that Nightjar understands.
        case unknownSurvey
        /// A field without which an alert is none is missing or null.
        case missingField
        /// The alert's time is no date that an observation can have.
        case unusableTime
        /// The tables cannot hold the alert's rows.
        case unstorable
    }

    /// What kind of failure it is.
    package let code: Code
    /// Path of the field, such as `candidate.jd`; empty where the packet as a whole is meant.
    package let field: String
    /// Bytes from the start of the packet.
    package let offset: Int
    /// What is wrong.
    package let detail: String

    /// An error at a field and a byte.
    package init(_ code: Code, field: String = "", offset: Int = 0, detail: String) {
        self.code = code
        self.field = field
        self.offset = offset
        self.detail = detail
    }

    /// A fault of the Avro, whose offset counts from `base` bytes into the packet.
    package init(_ error: AvroError, base: Int = 0) {
        let code: Code = error.code == .blockTooLarge ? .tooLarge : .damaged
        self.init(code, field: error.field, offset: base + error.offset, detail: error.description)
    }

    static func missing(_ field: String) -> AlertError {
        AlertError(.missingField, field: field, detail: "the packet has no \(field) that can be read")
    }

    /// Why an alert has no time.
    static func time(_ value: AvroScalar, _ field: String, _ wanted: String) -> AlertError {
        guard value.isPresent else { return missing(field) }
        let shown = value.double.map { "\($0)" } ?? "the value"
        return AlertError(.unusableTime, field: field, detail: "\(shown) is no \(wanted)")
    }

    package var description: String {
        switch code {
        case .damaged: detail
        default: field.isEmpty ? "\(detail) (byte \(offset))" : "\(detail): field \(field), byte \(offset)"
        }
    }
}
