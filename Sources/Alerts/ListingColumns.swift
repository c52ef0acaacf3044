/// What a list of a survey's alerts is sorted and chosen by: columns of its alert table, of which an older folder's may lack some.
package struct ListingColumns: Sendable {
    /// How bright an alert is.
    package enum Brightness: Sendable, Hashable {
        /// A column of AB magnitudes.
        case magnitude(String)
        /// A column of fluxes, and their AB zero point.
        case flux(String, zeroPoint: Double)

        /// The column.
        package var column: String {
            switch self {
            case .magnitude(let column), .flux(let column, _): column
            }
        }
    }

    /// How bright an alert is.
    package let brightness: Brightness
    /// The column of its filter.
    package let filter: String
    /// SQL of the name of its bandpass, from a row whose table has a name; null for a filter that Nightjar does not know.
    package let bandpass: @Sendable (_ table: String) -> String
    /// The time of the object's first detection, as the alert's own; `nil` where the survey does not say.
    package var first: String?
    /// The object's detections; `nil` where the survey does not say.
    package var detections: String?
    /// The survey's judgement that the source is real, 0 to 1, the better one first.
    package var realBogus: [String] = []

    /// SQL of a bandpass by a column's values.
    static func bandpass(_ column: String, _ names: [(value: String, bandpass: Bandpass)])
        -> @Sendable (String) -> String
    {
        let cases = names.map { "WHEN \($0.value) THEN '\($0.bandpass.name)'" }.joined(separator: " ")
        return { "CASE \($0).\(column) \(cases) END" }
    }
}
