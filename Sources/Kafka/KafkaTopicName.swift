internal import Foundation

/// Which topics are meant: one by its name, or those that a pattern fits, with the night's date in either.
///
/// `ztf_{yyyyMMdd}_programid1` stands for tonight's topic: `yyyy`, `MM` and `dd` between braces, with `-`, `_` and `.` as
/// they are. A pattern begins with `^` (POSIX extended, as librdkafka has it); the braces of its repetitions hold no letters.
package struct KafkaTopicName: Hashable, Sendable, CustomStringConvertible {
    /// The name or pattern, with the date in it.
    package let description: String

    /// Whether it stands for all topics that match it.
    package var isPattern: Bool { description.hasPrefix("^") }

    /// Puts the date in, and checks what comes out.
    ///
    /// - Parameters:
    ///   - template: A name or pattern, as a person gives it.
    ///   - night: The date, `20240915` or `2024-09-15`; `nil` for today's in UTC.
    /// - Throws: ``KafkaError/Code/configuration``, for what is no template, no night, no pattern, or no topic's name.
    package init(_ template: String, night: String? = nil) throws(KafkaError) {
        let date = try night.map { text throws(KafkaError) in try Self.date(text) } ?? Self.today()
        description = try Self.filled(template, with: date)
        try isPattern ? checkPattern() : checkName()
    }

    /// Whether it means this topic.
    package func matches(_ topic: String) -> Bool {
        guard isPattern else { return topic == description }
        var pattern = regex_t()
        guard regcomp(&pattern, description, REG_EXTENDED | REG_NOSUB) == 0 else { return false }
        defer { regfree(&pattern) }
        return regexec(&pattern, topic, 0, nil, 0) == 0
    }

    // MARK: - Dates

    /// Year, month and day as they are written.
    private typealias Day = (year: String, month: String, day: String)

    private static func date(_ text: String) throws(KafkaError) -> Day {
        // Either spelling: 20240915 or 2024-09-15.
        let isDashed = text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil
        let digits = Array(isDashed ? text.replacing("-", with: "") : text)
        let parts = DateComponents(
            year: Int(String(digits.prefix(4))), month: Int(String(digits.dropFirst(4).prefix(2))),
            day: Int(String(digits.dropFirst(6))))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        guard digits.count == 8, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            parts.isValidDate(in: calendar)
        else { throw wrong("the night \(text) is no date; write 20240915 or 2024-09-15") }
        return (String(digits[..<4]), String(digits[4..<6]), String(digits[6...]))
    }

    private static func today() -> Day {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let now = calendar.dateComponents([.year, .month, .day], from: .now)
        func text(_ number: Int?, _ width: Int) -> String {
            let digits = String(number ?? 0)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return (text(now.year, 4), text(now.month, 2), text(now.day, 2))
    }

    private static func filled(_ template: String, with date: Day) throws(KafkaError) -> String {
        let isPattern = template.hasPrefix("^")
        var filled = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            filled += rest[..<open]
            let after = rest[rest.index(after: open)...]
            // A pattern's repetition, as {8}.
            if isPattern, after.first?.isLetter != true {
                filled.append("{")
                rest = after
                continue
            }
            guard let close = after.firstIndex(of: "}") else { throw wrong("\(template): '{' has no '}'") }
            filled += try text(after[..<close], date, of: template)
            rest = after[after.index(after: close)...]
        }
        return filled + rest
    }

    private static func text(_ field: Substring, _ date: Day, of template: String) throws(KafkaError) -> String {
        var text = ""
        var rest = field
        while let first = rest.first {
            if rest.hasPrefix("yyyy") {
                text += date.year
                rest = rest.dropFirst(4)
            } else if rest.hasPrefix("MM") {
                text += date.month
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix("dd") {
                text += date.day
                rest = rest.dropFirst(2)
            } else if "-_.".contains(first) {
                text.append(first)
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        guard rest.isEmpty, field.contains("dd") || field.contains("MM") || field.contains("yyyy") else {
            throw wrong("\(template): {\(field)} is no date; write {yyyyMMdd}")
        }
        return text
    }

    // MARK: - Names

    /// What Kafka takes for a topic's name.
    private func checkName() throws(KafkaError) {
        let allowed = description.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard allowed, 1...249 ~= description.utf8.count, description != ".", description != ".." else {
            throw Self.wrong(
                "'\(description)' is no topic's name: those have letters, digits, '.', '_' and '-', 249 at most; "
                    + "a pattern begins with '^'")
        }
    }

    private func checkPattern() throws(KafkaError) {
        var pattern = regex_t()
        let status = regcomp(&pattern, description, REG_EXTENDED | REG_NOSUB)
        guard status != 0 else { return regfree(&pattern) }
        var reason = [CChar](repeating: 0, count: 256)
        regerror(status, &pattern, &reason, reason.count)
        throw Self.wrong("\(description) is no pattern: \(String(terminated: reason))")
    }

    private static func wrong(_ detail: String) -> KafkaError { KafkaError(.configuration, "name a topic", detail) }
}
