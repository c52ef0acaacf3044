internal import Escaping

extension NightReceipt {
    /// Its text in Markdown.
    package var markdown: String {
        var lines = ["# \(Self.escaped(heading))", "", "\(subheading): **\(Self.escaped(verdict))**."]
        if let reason { lines += ["", Self.escaped(reason)] }
        for section in sections {
            lines += ["", "## \(section.title)", ""]
            if !section.rows.isEmpty {
                let marks = section.columns.indices.map { $0 < section.firstNumber ? "---" : "---:" }
                lines += ([section.columns, marks] + section.rows.map { $0.map(Self.escaped) }).map {
                    "| " + $0.joined(separator: " | ") + " |"
                }
            }
            lines += section.sentences.map { "- \(Self.escaped($0))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Text from outside without meaning in Markdown or HTML, on one line.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\", "`", "*", "_", "[", "]", "<", ">", "|", "#", "&", "~": escaped += "\\\(character)"
            default: escaped.unicodeScalars.append(HTMLEscaping.isControl(character) ? " " : character)
            }
        }
        return escaped
    }
}
