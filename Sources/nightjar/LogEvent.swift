internal import JSON
internal import Foundation

/// How lines on standard error are written.
enum LogFormat: String, CaseIterable, Sendable {
    /// For people.
    case text
    /// `time=... level=info msg="..." topic=...`
    case logfmt
    /// An object in each line.
    case json
}

/// What happened, for programs that collect logs: one line each, with time, level and fields.
struct LogEvent: Sendable {
    var time = Date.now
    let level: LogLevel
    let message: String
    /// Names of our own, and values that may hold anything.
    var fields: [(name: String, value: String)] = []

    /// UTC, with milliseconds, as in `2024-09-15T03:00:00.123Z`.
    static func text(of time: Date) -> String {
        time.formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: TimeZone(secondsFromGMT: 0) ?? .gmt))
    }

    /// One line, whatever the values hold.
    func line(_ format: LogFormat) -> String {
        let members = [("time", Self.text(of: time)), ("level", level.rawValue), ("msg", message)] + fields
        switch format {
        case .text: return ShownText.line(message)
        case .logfmt: return members.map { "\($0)=\(Self.logfmt($1))" }.joined(separator: " ")
        case .json:
            return "{" + members.map { "\(Self.quoted($0)):\(Self.quoted($1))" }.joined(separator: ",") + "}"
        }
    }

    /// A value as it is where it has nothing that ends it, and else as a string of JSON.
    private static func logfmt(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { (0x21..<0x7F).contains($0) && !#"="\"#.utf8.contains($0) }
        return isPlain && !value.isEmpty ? value : quoted(value)
    }

    private static func quoted(_ text: String) -> String {
        let bytes = (try? OrderedJSON.bytes(of: text)) ?? Array("\"\"".utf8)
        return String(decoding: ShownText.json(bytes), as: UTF8.self)
    }
}

/// Holds back lines that say what the last one said: one a minute is enough.
struct LogRepetition {
    private static let silence = Duration.seconds(60)

    private var last: LogEvent?
    private var lastTime = ContinuousClock.now
    private var heldBack = 0

    /// What is to be written for an event: nothing where it is the last one again, and what was held back before a new one.
    mutating func lines(of event: LogEvent, at now: ContinuousClock.Instant) -> [LogEvent] {
        if let last, last.level == event.level, last.message == event.message,
            last.fields.elementsEqual(event.fields, by: ==)
        {
            guard now - lastTime >= Self.silence else {
                heldBack += 1
                return []
            }
        }
        var event = event
        var lines: [LogEvent] = []
        if heldBack > 0 {
            let repeated = ("repeated", String(heldBack))
            if var last, last.message != event.message {
                last.time = event.time
                last.fields.append(repeated)
                lines.append(last)
            } else {
                event.fields.append(repeated)
            }
        }
        last = event
        last?.fields.removeAll { $0.name == "repeated" }
        (lastTime, heldBack) = (now, 0)
        return lines + [event]
    }
}
