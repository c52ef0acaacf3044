/// Why a query is not understood, and where in it.
package struct ADQLError: Error, Hashable, CustomStringConvertible {
    /// A place in a query's text.
    package struct Place: Hashable, Sendable {
        /// From 1.
        package let line: Int
        /// From 1, in characters.
        package let column: Int
    }

    /// Where.
    package let place: Place
    /// What is wrong, and what to do.
    package let reason: String

    init(_ place: Place, _ reason: String) { (self.place, self.reason) = (place, reason) }

    package var description: String { "line \(place.line), column \(place.column): \(reason)" }
}
