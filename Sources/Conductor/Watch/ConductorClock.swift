package import Foundation

/// What time it is for a conductor.
///
/// Dates come from the machine's clock, which somebody may set; how long something has lasted comes from a clock that nobody
/// sets. A drill gives both in a file: a date as `2024-09-15T03:00:00Z`, and seconds after it.
package struct ConductorClock: Sendable {
    /// A moment.
    package struct Moment: Sendable, Hashable {
        /// Modified Julian date, UTC.
        package let mjd: Double
        /// Seconds by a clock that is never set.
        package let seconds: Double
        /// Seconds by this machine's own clock, also in a drill.
        package let uptime: Double
    }

    private let file: String?

    /// The machine's clocks, or those of a drill's file.
    package init(file: String? = nil) { self.file = file }

    /// Whether it is a drill's.
    package var isDrill: Bool { file != nil }

    /// Now; `nil` while a drill's file cannot be read.
    package var now: Moment? {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let uptime = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        guard let file else {
            // A machine that sleeps goes on with its date.
            clock_gettime(CLOCK_BOOTTIME, &time)
            let seconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
            return Moment(mjd: Self.mjd(.now), seconds: seconds, uptime: uptime)
        }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let date = Self.date(String(words[0])), let seconds = Double(words[1]) else {
            return nil
        }
        return Moment(mjd: Self.mjd(date), seconds: seconds, uptime: uptime)
    }

    /// A date as a modified Julian date, UTC.
    package static func mjd(_ date: Date) -> Double { date.timeIntervalSince1970 / 86_400 + 40_587 }

    /// A modified Julian date in UTC as a date.
    package static func date(_ mjd: Double) -> Date { Date(timeIntervalSince1970: (mjd - 40_587) * 86_400) }

    /// A date in the form `2024-09-15T03:00:00Z`.
    package static func date(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }

    /// A modified Julian date in UTC as text, to the second.
    package static func text(_ mjd: Double) -> String {
        guard mjd.isFinite, abs(mjd) < 1e6 else { return "unknown" }
        return Date(timeIntervalSince1970: ((mjd - 40_587) * 86_400).rounded()).formatted(.iso8601)
    }
}
