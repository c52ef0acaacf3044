/// Makes texts of packets drawable.
enum DrawnText {
    /// Unicode scalars at most, more than fit in any line of a plot.
    static let longest = 160

    /// The first ``longest`` scalars of a text; control and format characters, which could change the direction of the text, are
    /// replaced by U+FFFD.
    static func of(_ text: String) -> String {
        var drawn = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(longest) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                drawn.append("\u{FFFD}")
            default: drawn.append(scalar)
            }
        }
        return String(drawn)
    }
}
