internal import Broker
internal import Foundation

/// `nightjar prune --data DIR (--keep-nights N | --before NIGHT)`
struct PruneCommand: Command {
    static let name = "prune"
    static let summary = "removes whole nights: archive, tables, plots and streams; the ledger keeps their counts"
    static let details = """
        Beside a run, which does it between two commits. A night that was removed can be taken in again from the same source. \
        The light curve of an object that has later alerts stays whole. Segments of streams that also hold later nights stay.
        """
    static let options: [any DeclaredOption] = [DataFolders.one, keepNights, before, compact, dryRun, json]
    static let alternatives = "(--keep-nights N | --before NIGHT)"
    static let examples = [
        "nightjar prune --data night --keep-nights 30", "nightjar prune --data night --before 20240901 --dry-run",
    ]

    private static let keepNights = Option<Int>.number(
        "keep-nights", "N", "keeps the newest N nights that there are", in: 0...100_000)
    private static let before = Option<Int>.number(
        "before", "NIGHT", "removes the nights before this one, YYYYMMDD", in: 19_000_101...99_991_231)
    private static let compact = Flag(
        "compact", "the database gives free pages back to the disk; needs room for a copy of it meanwhile")
    private static let dryRun = Flag("dry-run", "says what would be removed, and removes nothing")
    private static let json = Flag("json", "the report as one JSON object on standard output", key: "json")

    private let folder: String
    private let choice: PruneChoice
    private let compacts, isDryRun, isJSON: Bool

    init(_ arguments: Arguments) throws {
        folder = try arguments.required(DataFolders.one)
        switch (try arguments.value(Self.keepNights), try arguments.value(Self.before)) {
        case (let count?, nil): choice = .keepNewest(count)
        case (nil, let night?):
            guard Self.isDate(night) else { throw UsageError("--before \(night): a night is YYYYMMDD, as 20240915") }
            choice = .before(night)
        case (nil, nil): throw UsageError("say which nights: --keep-nights N or --before NIGHT")
        case (_?, _?): throw UsageError("--keep-nights and --before exclude each other")
        }
        compacts = arguments.isOn(Self.compact)
        isDryRun = arguments.isOn(Self.dryRun)
        isJSON = arguments.isOn(Self.json)
    }

    private static func isDate(_ night: Int) -> Bool {
        let (year, month, day) = (night / 10_000, night / 100 % 100, night % 100)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return DateComponents(calendar: calendar, year: year, month: month, day: day).isValidDate
    }

    func run() throws -> ExitStatus {
        guard isDryRun else {
            return try FolderJobs.run(.prune(choice, compacts: compacts, isJSON: isJSON), in: folder)
        }
        let report = try Prune.list(choice, in: folder)
        if isJSON {
            try Terminal.put(report: report)
        } else {
            for night in report.nights { try Terminal.say(Self.line(night)) }
            for line in Self.summary(report) { try Terminal.say(line) }
        }
        return .done
    }

    static func line(_ night: PruneReport.Night) -> String {
        "night \(night.night): \(ReportText.grouped(Int(night.alerts))) alerts, \(megabytes(night.bytes))"
    }

    static func summary(_ report: PruneReport) -> [String] {
        let count = report.nights.count
        let nights = count == 1 ? "1 night" : "\(count) nights"
        guard !report.isDryRun else {
            return ["would remove \(nights) with \(megabytes(report.bytes)) of archive; nothing was removed"]
        }
        var lines = ["removed \(nights), \(megabytes(report.bytes)) of files"]
        if report.freeInDatabase > 0 {
            lines.append(
                "\(megabytes(report.freeInDatabase)) of nightjar.db are free for later nights; --compact gives them back"
            )
        }
        return lines
    }

    private static func megabytes(_ bytes: Int64) -> String {
        bytes < 10_000_000
            ? "\(ReportText.grouped(Int(bytes / 1_000))) kB" : "\(ReportText.grouped(Int(bytes / 1_000_000))) MB"
    }
}
