import Alerts
import Broker
import Conductor
import DataLayout
import Foundation
import Pipeline
import Query
import TestSupport
import Testing

/// The receipt of a night, as a value and as files.
@Suite struct NightReceiptTests {
    private let folder: TemporaryFolder
    private let reader: DataReader
    private static let night = 20_240_915
    /// What a hostile server may call a topic, were it allowed.
    private static let topic = "<script>alert('x')</script>|*_&\"\n"

    init() throws {
        folder = try TemporaryFolder()
        let intake = StreamIntake(topic: Self.topic, packets: try StreamIntake.alerts([1, 2, 3]))
        _ = try Run(Run.Options(folder: folder.file("a"), intakes: [intake])).run()
        reader = try DataReader([folder.file("a")])
    }

    private func receipt(
        to end: Int64? = 3, edition: Int = 1, state: NightState = .complete
    ) throws -> NightReceipt {
        let slice = NightSlice([NightSlice.Partition(topic: Self.topic, number: 0, from: 0, to: end)])
        let clause = Clause(.sunUp, value: "<b>12</b> degrees", limit: "above -12 degrees", isMet: true)
        let proof = NightProof(
            survey: "ztf", night: Self.night, state: state, reason: "every clause holds & more", slice: slice,
            clauses: [clause], lastExposure: nil, date: Date(timeIntervalSince1970: 1_726_500_000))
        return try NightReceipt.make(
            proof: proof, night: Self.night, survey: .ztf, reader: reader, edition: edition,
            date: Date(timeIntervalSince1970: 1_726_500_000))
    }

    @Test("a receipt that is written is read back the same") func roundTrip() throws {
        let receipt = try receipt()
        #expect(receipt.addsUp && receipt.count(.stored) == 3 && receipt.ids.count == 3)
        let path = try receipt.write(to: folder.file("nights"))
        #expect(path.hasSuffix("/nights/ztf-20240915.receipt-1.json"))
        let read = try NightReceipt.read(edition: 1, survey: "ztf", night: Self.night, in: folder.file("nights"))
        #expect(read == receipt)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("nights")).sorted()
        #expect(names == ["html", "json", "md"].map { "ztf-20240915.receipt-1.\($0)" })
    }

    @Test("an edition that is there is never changed") func editions() throws {
        let nights = folder.file("nights")
        let path = try receipt().write(to: nights)
        let before = try Data(contentsOf: URL(filePath: path))
        _ = try receipt(state: .incomplete).write(to: nights)
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        _ = try receipt(edition: 2, state: .incomplete).write(to: nights)
        #expect(NightReceipt.editions(survey: "ztf", night: Self.night, in: nights) == [1, 2])
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test("a write that was cut off before its last form is done again") func cutOff() throws {
        let nights = folder.file("nights")
        let path = try receipt().write(to: nights)
        try FileManager.default.removeItem(atPath: path)
        try folder.write(Array("half".utf8), to: "nights/ztf-20240915.receipt-1.html")
        _ = try receipt().write(to: nights)
        let page = try String(contentsOfFile: nights + "/ztf-20240915.receipt-1.html", encoding: .utf8)
        #expect(page.hasSuffix("</html>\n"))
    }

    @Test("text from outside has no meaning in the page or in Markdown, and the page asks for nothing") func escaped()
        throws
    {
        let receipt = try receipt()
        let page = receipt.html
        #expect(
            !page.contains("<script>") && !page.contains("<b>") && page.contains("&lt;script&gt;alert(&#39;x&#39;)"))
        #expect(page.contains("every clause holds &amp; more"))
        for word in ["http:", "https:", "src=", "href=", "url(", "@import"] { #expect(!page.contains(word), "\(word)") }
        let document = try XMLCheck.tags(page)
        #expect(document == [], "tags that are not closed: \(document)")
        let row = try #require(receipt.markdown.split(separator: "\n").first { $0.contains("script") })
        #expect(row.contains("\\<script\\>") && row.contains("\\|\\*\\_\\&"))
    }

    @Test("a night that goes on, or whose beginning is lost, does not add up") func open() throws {
        #expect(try receipt(to: nil).faults.contains { $0.contains("where the night ends is unknown") })
        #expect(try receipt(to: nil).count(.stored) == 3)
        var slice = NightSlice.Partition(topic: Self.topic, number: 0, from: 0, to: 3)
        slice.lowest = 2
        var proof = NightProof(
            survey: "ztf", night: Self.night, state: .incomplete, reason: "", slice: NightSlice([slice]), clauses: [],
            lastExposure: nil, date: .now)
        let lost = try NightReceipt.make(
            proof: proof, night: Self.night, survey: .ztf, reader: reader, edition: 1, date: .now)
        #expect(lost.faults.contains { $0.contains("the beginning is lost") })
        // What may have begun before the server's first message is as lost.
        (proof.slice.partitions[0].lowest, proof.loss) = (0, "beginning lost: the night may have begun before")
        let unseen = try NightReceipt.make(
            proof: proof, night: Self.night, survey: .ztf, reader: reader, edition: 1, date: .now)
        #expect(unseen.faults == ["beginning lost: the night may have begun before"] && !unseen.addsUp)
    }

    @Test("what is no receipt is refused with what to do") func damaged() throws {
        let nights = folder.file("nights")
        try folder.write(Array("{}".utf8), to: "nights/ztf-20240915.receipt-1.json")
        let error = #expect(throws: BrokerError.self) {
            try NightReceipt.read(edition: 1, survey: "ztf", night: Self.night, in: nights)
        }
        #expect(error?.detail.contains("damaged") == true)
        #expect(throws: BrokerError.self) {
            try NightReceipt.read(edition: 7, survey: "ztf", night: Self.night, in: nights)
        }
    }
}

/// Whether each tag of a page is closed.
private enum XMLCheck {
    private static let alone: Set<String> = ["meta", "rect", "line", "circle", "!doctype"]

    /// The tags that are left open, or closed where another is open.
    static func tags(_ page: String) throws -> [String] {
        var open: [String] = []
        for match in page.matches(of: /<(\/?)([a-zA-Z!0-9]+)[^>]*>/) {
            let name = String(match.2).lowercased()
            if alone.contains(name) { continue }
            if match.1.isEmpty { open.append(name) } else if open.popLast() != name { return open + [name] }
        }
        return open
    }
}
