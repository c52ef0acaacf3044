import Foundation
import Pipeline
import Testing

@Suite struct CountsTests {
    @Test("the counters keep their names and their order, which tables and reports have")
    func names() {
        #expect(
            Counts.Counter.allCases.map(\.name) == [
                "received", "duplicates", "archived", "stored", "passedFilter", "fitted", "fitFailed", "deadLettered",
            ])
    }

    @Test("add and take away, past all bounds too")
    func sums() {
        var counts = Counts(.received, .stored) * 3
        counts += Counts(.received, .duplicates)
        #expect(counts[.received] == 4 && counts[.duplicates] == 1 && counts[.stored] == 3 && counts.addsUp)
        counts -= Counts(.stored)
        #expect(counts[.stored] == 2 && !counts.addsUp)
        counts += Counts { _ in Int.max }
        #expect(counts[.fitted] == Int.max && counts[.received] == Int.min + 3)
        #expect(!(Counts { _ in Int.max }).addsUp)
    }

    @Test("encodes a member for each counter")
    func json() throws {
        let members = try JSONSerialization.jsonObject(with: JSONEncoder().encode(Counts(.fitFailed) * 7))
        #expect((members as? [String: Int])?.count == 8 && (members as? [String: Int])?["fitFailed"] == 7)
    }

    @Test("a group of tallies that a stage adds is counted, summed and encoded under its name")
    func ownGroup() throws {
        let group = Tallies.Group("matches", names: ["gaia", "none"])
        var tallies = Tallies()
        tallies[group, "gaia"] += 2
        var sum = tallies
        sum += tallies
        sum.add(["mkwd": 1], to: group)
        #expect(sum[group] == ["gaia": 4, "mkwd": 1] && sum[group, "none"] == 0 && sum[.unfitted].isEmpty)
        let members = try JSONSerialization.jsonObject(with: JSONEncoder().encode(sum)) as? [String: [String: Int]]
        #expect(members?["matches"] == ["gaia": 4, "none": 0, "mkwd": 1])
        #expect(members?.keys.sorted() == ["fitQuality", "matches", "rejected", "unfitted", "unreadable"])
    }
}
