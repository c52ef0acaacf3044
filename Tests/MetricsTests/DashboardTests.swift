import Foundation
import Metrics
import Testing

/// The dashboards follow from the list of metrics. `deploy/check` holds them to Grafana's and Google's descriptions.
@Suite struct DashboardTests {
    private static func file(_ name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "deploy/\(name)/nightjar.json"), encoding: .utf8)
    }

    @Test("the files in deploy are those of this build: 'nightjar help --dashboard grafana|google' writes them")
    func upToDate() throws {
        #expect(try Self.file("grafana") == GrafanaDashboard.text)
        #expect(try Self.file("monitoring") == GoogleDashboard.text)
    }

    @Test("every metric is drawn by both; one that lacks needs a panel in DashboardPanel.all")
    func complete() {
        for text in [GrafanaDashboard.text, GoogleDashboard.text] {
            let words = Set(text.matches(of: /[a-z_]+/).map { String($0.0).replacing(/_bucket$/, with: "") })
            let lacking = Metric.all.map(\.name).filter { !words.contains($0) }
            #expect(lacking == [])
            // And nothing that is no metric.
            let drawn = words.filter { $0.hasPrefix("nightjar_") || $0.hasPrefix("process_") }
            #expect(drawn.subtracting(Metric.all.map(\.name)) == [])
        }
    }

    @Test("every panel has a title of its own, a query, and what to do") func panels() {
        #expect(Set(DashboardPanel.all.map(\.title)).count == DashboardPanel.all.count)
        for panel in DashboardPanel.all {
            #expect(panel.advice.count > 20 && panel.advice.hasSuffix("."), "\(panel.title)")
            #expect(!panel.queries.isEmpty && panel.queries.allSatisfy { !$0.legend.isEmpty }, "\(panel.title)")
            for query in panel.queries {
                #expect(query.expression.contains("SELECT"), "\(panel.title) ignores the choice of instances")
            }
        }
        for section in DashboardPanel.Section.allCases {
            #expect(DashboardPanel.all.contains { $0.section == section })
        }
        // What stands for a choice in the queries is replaced.
        for text in [GrafanaDashboard.text, GoogleDashboard.text] {
            #expect(!text.contains("SELECT") && !text.contains("RANGE"))
        }
    }
}
