import Foundation
import TestSupport
import Testing

/// The report that `nightjar run --json` prints, and a check that it is one JSON object with the fields promised.
struct RunReport: Decodable {
    let received: Int
    let duplicates: Int
    let archived: Int
    let stored: Int
    let passedFilter: Int
    let fitted: Int
    let fitFailed: Int
    let deadLettered: Int
    let seconds: Double
    let nights: [String: Int]

    init(_ outcome: NightjarProcess.Outcome) throws {
        #expect(outcome.lines.count == 1, "standard output must hold the report alone: \(outcome.output)")
        self = try JSONDecoder().decode(RunReport.self, from: Data(outcome.output.utf8))
        #expect(received == duplicates + stored + deadLettered)
    }

    var account: SmallNight.Account {
        SmallNight.Account(
            received: received, stored: stored, duplicates: duplicates, deadLettered: deadLettered,
            passedFilter: passedFilter)
    }
}
