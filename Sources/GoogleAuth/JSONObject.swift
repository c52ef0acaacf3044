internal import Foundation

/// A JSON object that others wrote: any field may be missing or of another kind, and is then `nil`.
package struct JSONObject {
    private let fields: [String: Any]

    /// What was read is no JSON object.
    package struct NoObject: Error {}

    /// - Throws: ``NoObject``.
    package init(_ bytes: [UInt8]) throws(NoObject) {
        guard let fields = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] else {
            throw NoObject()
        }
        self.fields = fields
    }

    private init(fields: [String: Any]) { self.fields = fields }

    /// The text of a field.
    package func text(_ name: String) -> String? { fields[name] as? String }

    /// A whole number, also one written as text, as Google writes those of 64 bits.
    package func number(_ name: String) -> Int64? {
        if let text = text(name) { return Int64(text) }
        return (fields[name] as? NSNumber)?.int64Value
    }

    /// Seconds since 1970, UTC, as JSON Web Tokens have them: a number, not a text.
    package func seconds(_ name: String) -> Double? { (fields[name] as? NSNumber)?.doubleValue }

    /// The names of all fields.
    package var names: some Collection<String> { fields.keys }

    /// All fields as they are, to be written back with changes.
    package var all: [String: Any] { fields }

    /// A field as it is, to be written back.
    package func value(_ name: String) -> Any? { fields[name] }

    /// The truth value of a field.
    package func flag(_ name: String) -> Bool? { (fields[name] as? NSNumber)?.boolValue }

    /// The object in a field.
    package func object(_ name: String) -> JSONObject? {
        (fields[name] as? [String: Any]).map(JSONObject.init(fields:))
    }

    /// The objects of a field's list; what is no object is left out.
    package func objects(_ name: String) -> [JSONObject] {
        (fields[name] as? [Any] ?? []).compactMap { $0 as? [String: Any] }.map(JSONObject.init(fields:))
    }

    /// The texts of a field's list; what is no text is left out.
    package func texts(_ name: String) -> [String] {
        (fields[name] as? [Any] ?? []).compactMap { $0 as? String }
    }

    /// The fields that are text.
    package var texts: [String: String] { fields.compactMapValues { $0 as? String } }

    /// Writes an object of texts, numbers, truth values, lists and objects; fields in order of their names.
    package static func bytes(_ fields: [String: Any]) -> [UInt8] {
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? JSONSerialization.data(withJSONObject: fields, options: options) else {
            preconditionFailure("only what JSON knows may be written as JSON")
        }
        return [UInt8](data)
    }
}
