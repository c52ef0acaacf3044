import Alerts
import DataLayout
import Pipeline
import Testing

@testable import Broker

@Suite struct RecentAlertsTests {
    private let source = SourceKey(name: "kafka:t", fingerprint: "cluster", partition: 1)
    private func key(_ id: Int64) -> AlertKey { AlertKey(survey: .ztf, id: id) }

    @Test("the oldest is forgotten first") func bounded() {
        var known = RecentAlerts(limit: 3)
        for id in [1, 2, 3, 1, 4] as [Int64] { known.insert(key(id), of: source, at: 5) }
        #expect((1...4).map { known.contains(key($0), of: source, before: 9) } == [false, true, true, true])
        for id in 5...7 { known.insert(key(Int64(id)), of: source, at: 5) }
        #expect((4...7).map { known.contains(key($0), of: source, before: 9) } == [false, true, true, true])
    }

    @Test("an alert is a duplicate only of an earlier one in its partition") func order() {
        var known = RecentAlerts()
        for offset in [40, 30, 50] { known.insert(key(1), of: source, at: offset) }
        #expect([30, 31, 50].map { known.contains(key(1), of: source, before: $0) } == [false, true, true])
        let other = SourceKey(name: "kafka:t", fingerprint: "cluster", partition: 2)
        #expect(!known.contains(key(1), of: other, before: 50))
        #expect(!known.contains(AlertKey(survey: .lsst, id: 1), of: source, before: 50))
    }
}
