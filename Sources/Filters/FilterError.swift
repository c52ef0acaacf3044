/// A filter that cannot be used, with the place of its mistake.
package struct FilterError: Error, Hashable, CustomStringConvertible {
    /// The filter's file.
    package let path: String
    /// Where in it, each from 1; `nil` where the whole is at fault.
    package let place: (line: Int, column: Int)?
    /// What is wrong.
    package let reason: String
    /// Whether the filter takes more on an alert than it may, so that it must not go on with others.
    package let breaksBounds: Bool

    /// An error at a place, or of the whole filter.
    package init(
        path: String, place: (line: Int, column: Int)? = nil, reason: String, breaksBounds: Bool = false
    ) {
        (self.path, self.place, self.reason, self.breaksBounds) = (path, place, reason, breaksBounds)
    }

    /// An error at a byte of the text.
    init(path: String, sql: String, offset: Int?, reason: String) {
        self.init(
            path: path,
            place: offset.map { offset in
                let before = sql.utf8.prefix(offset)
                let line = before.count { $0 == UInt8(ascii: "\n") } + 1
                let start =
                    before.lastIndex(of: UInt8(ascii: "\n")).map { before.index(after: $0) } ?? before.startIndex
                return (line, String(decoding: before[start...], as: UTF8.self).count + 1)
            }, reason: reason)
    }

    package var description: String {
        path + (place.map { ":\($0.line):\($0.column)" } ?? "") + ": " + reason
    }

    package static func == (left: FilterError, right: FilterError) -> Bool {
        left.description == right.description
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
