/// Text as it stands in HTML.
package enum HTMLEscaping {
    /// Text from outside without meaning in HTML, in an element or in an attribute.
    package static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(isControl(character) ? " " : character)
            }
        }
        return escaped
    }

    /// Whether a character breaks a line, or turns the direction of a text.
    package static func isControl(_ character: Unicode.Scalar) -> Bool {
        switch character.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
