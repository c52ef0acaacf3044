import Conductor
import Foundation
import Metrics
import Testing

@Suite struct ConductorMetricsTests {
    @Test("every state of nights and workers has a value, and clauses are those of the night") func values() {
        var page = MetricsPage()
        let snapshot = ConductorMetrics.Snapshot(
            survey: "ztf", state: .draining,
            clauses: [
                Clause(.lag, value: "0", limit: "0", isMet: true),
                Clause(.quiet, value: "3 min", limit: "30 min", isMet: false),
            ],
            workers: [
                WorkerStatus(name: "1", state: .running), WorkerStatus(name: "2", state: .running),
                WorkerStatus(name: "3", state: .failed),
            ], observed: Date(timeIntervalSince1970: 1_726_400_000), receipts: 3)
        ConductorMetrics.add(snapshot, to: &page)
        ConductorMetrics.add(
            ConductorMetrics.Snapshot(
                survey: "lsst", state: .waiting, clauses: [], workers: [], observed: nil, receipts: 0), to: &page)
        let lines = Set(page.text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init))
        let states = lines.filter { $0.hasPrefix("nightjar_night_state{survey=\"ztf\"") }
        #expect(states.count == NightState.allCases.count && states.filter { $0.hasSuffix(" 1") }.count == 1)
        let expected = [
            #"nightjar_night_state{survey="ztf",state="draining"} 1"#,
            #"nightjar_night_state{survey="lsst",state="waiting"} 1"#,
            #"nightjar_night_clause{survey="ztf",clause="lag"} 1"#,
            #"nightjar_night_clause{survey="ztf",clause="quiet"} 0"#,
            #"nightjar_night_workers{survey="ztf",state="running"} 2"#,
            #"nightjar_night_workers{survey="ztf",state="failed"} 1"#,
            #"nightjar_night_workers{survey="lsst",state="failed"} 0"#,
            #"nightjar_night_observed_timestamp_seconds{survey="ztf"} 1726400000"#,
            #"nightjar_night_observed_timestamp_seconds{survey="lsst"} 0"#,
            #"nightjar_night_receipts_total{survey="ztf"} 3"#,
        ]
        #expect(Set(expected).subtracting(lines) == [])
        #expect(lines.filter { $0.hasPrefix("nightjar_night_clause") }.count == 2)
    }
}
