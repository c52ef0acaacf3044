/// Texts out of packets, made fit to be drawn.
enum DrawnText {
    /// Unicode scalars at most: more than any line of a figure has room for.
    static let longest = 160

    /// The beginning of a text; what has no shape of its own, or turns the direction of what follows, is drawn as U+FFFD.
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
