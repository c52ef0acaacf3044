internal import Foundation
internal import Query

/// Where a page begins, as a text that clients hand back as it is.
enum Cursor {
    /// Values as a text.
    static func text(_ values: [String]) -> String {
        Data(values.joined(separator: "\n").utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// The values of a text.
    ///
    /// - Throws: ``Problem`` for a text that no page gave.
    static func values(_ text: String, count: Int) throws(Problem) -> [String] {
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        let values = Data(base64Encoded: base64 + padding).flatMap { String(validating: $0, as: UTF8.self) }
            .map { $0.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) } }
        guard let values, values.count == count else { throw unknown }
        return values
    }

    private static let unknown = Problem(
        .badRequest, "this 'cursor' is not of a page of this list; begin without one, and hand on 'next' as it is")

    static func text(_ place: AlertPlace) -> String { text(["\(place.time)", "\(place.id)", place.filter]) }

    static func place(_ text: String?) throws(Problem) -> AlertPlace? {
        guard let text else { return nil }
        let values = try values(text, count: 3)
        guard let time = Parameter.number(values[0]), let id = Int64(values[1]) else { throw unknown }
        return AlertPlace(time: time, id: id, filter: values[2])
    }

    static func letter(_ text: String?) throws(Problem) -> (folder: Int, id: Int64)? {
        guard let text else { return nil }
        let values = try values(text, count: 2)
        guard let folder = Int(values[0]), (0..<1_000).contains(folder), let id = Int64(values[1]) else {
            throw unknown
        }
        return (folder, id)
    }
}
