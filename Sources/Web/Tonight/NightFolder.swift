internal import Alerts
internal import Conductor
internal import Foundation

/// What a conductor keeps of one survey, in the first folder that has anything of it.
struct NightFolder {
    let survey: Survey
    /// `nil` where nobody has conducted the survey.
    let files: NightFiles?
    private static let longestLog = 64 << 10

    init(_ survey: Survey, in given: [String]) {
        self.survey = survey
        files = given.lazy.map { NightFiles(data: $0) }.first { !$0.nights(of: survey.name).isEmpty }
    }

    var isHeld: Bool { files?.isHeld(survey.name) ?? false }

    /// The night that is under way, or else the last one that is over.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a state is damaged.
    func present() throws -> NightFiles.Record? {
        guard let files else { return nil }
        let records = try files.nights(of: survey.name).suffix(3).compactMap { try files.load(survey.name, $0) }
        return records.last { $0.machine.state != .waiting && !$0.machine.state.isFinal }
            ?? records.last { $0.machine.state != .waiting } ?? records.last
    }

    /// The last lines of what was done for the survey.
    func acts(most: Int) -> [String] {
        guard let files, let log = FileHandle(forReadingAtPath: "\(files.folder)/acts.log") else { return [] }
        let end = (try? log.seekToEnd()) ?? 0
        let start = end > UInt64(Self.longestLog) ? end - UInt64(Self.longestLog) : 0
        guard (try? log.seek(toOffset: start)) != nil, let data = try? log.readToEnd() else { return [] }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst(start > 0 ? 1 : 0)
        return lines.filter { $0.contains(" \(survey.name) ") }.suffix(most).map { String($0.prefix(500)) }
    }
}
