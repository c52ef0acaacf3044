import Alerts
import Filters
import GoogleAuth
import Pipeline
import PubSub
import TestSupport
import Testing

@testable import CloudBroker

/// Pub/Sub takes 100 attributes of 1,024 bytes at most (cloud.google.com/pubsub/quotas), and a filter may make more.
@Suite struct MessageAttributesTests {
    /// Values of a wide catalogue.
    private struct Wide: Stage {
        struct Output: StageOutput {
            let values: [ProductValue]
            func count(in tallies: inout Tallies) {}
        }

        let width: Int
        var text = "x"
        func columns(of survey: Survey) -> [ProductColumn] {
            (0..<width).map { ProductColumn("wide_\(100 + $0)", .text) }
        }
        func run(_ alert: ProcessedAlert) -> Output? { Output(values: columns(of: .ztf).map { _ in .text(text) }) }
    }

    private struct Messages: ProductStores {
        typealias Failure = Never
        var published: [Message] = []
        func isNew(_ key: AlertKey) -> Bool { true }
        func archive(_ products: Products) {}
        func insert(_ products: Products) -> AlertError? { nil }
        func insert(_ row: ProductRow, of products: Products) {}
        mutating func publish(_ message: Message) { published.append(message) }
        func put(_ plot: Plot) -> String? { nil }
    }

    /// The attributes of the message of a filter `f` with so many cuts, beside other filters and a stage.
    private func attributes(cuts: Int, others: Int = 0, _ stage: Wide) throws -> (
        all: [String: String], sent: [String: String]
    ) {
        let folder = try TemporaryFolder()
        let sql = (0..<cuts).map { "1 AS c\(100 + $0)" }.joined(separator: ", ")
        try folder.write("SELECT \(sql) FROM alert".utf8, to: "filters/ztf/f.sql")
        for number in 0..<others {
            try folder.write(
                "SELECT 1 AS is_alert FROM alert".utf8, to: "filters/ztf/g_long_name_of_a_filter_\(100 + number).sql")
        }
        var options = FilterLibrary.Options(FilterFolder(folder.file("filters")))
        options.stages = StageList([stage])
        var pipeline = AlertPipeline(
            stages: options.stages, filters: try FilterLibrary(options), demandsPurity: false, supernovae: nil,
            schemaOfID: { _ in .unknown })
        let packet = try pipeline.decode(SmallPacket(candid: 1).container()[...], position: 0, member: nil)
        var stores = Messages()
        let products = Products(try #require(packet.alerts.first))
        _ = products.put(into: &stores)
        let message = try #require(stores.published.first { $0.stream == .filter("f") })
        return (message.attributes, message.pubSubAttributes)
    }

    @Test("what fits is sent as it is") func fits() throws {
        let (all, sent) = try attributes(cuts: 4, Wide(width: 3))
        #expect(sent == all && sent["cut_c103"] == "true" && sent["wide_102"] == "x" && sent["passes"] == "f")
    }

    @Test("of too many the values of stages are left out first, from the last on") func stages() throws {
        let (all, sent) = try attributes(cuts: 4, Wide(width: 150))
        #expect(all.count > 150 && sent.count == PubSub.Limits.attributes)
        #expect(sent["wide_100"] == "x" && sent["wide_249"] == nil && sent["cut_c103"] == "true")
        #expect(sent["objectId"] != nil && sent["is_pure"] != nil && sent["filter_version"]?.count == 64)
    }

    @Test("then the cuts") func cuts() throws {
        let (all, sent) = try attributes(cuts: CutVerdicts.most, Wide(width: 90))
        #expect(all.count > 150 && sent.count <= PubSub.Limits.attributes)
        #expect(sent["wide_100"] == nil || sent["cut_c163"] == "true")
        #expect(sent["filter"] == "f" && sent["candid"] == "1" && sent["schema"] != nil)
    }

    @Test("a value that is too long is cut, and a list of filters after a name") func values() throws {
        let (all, sent) = try attributes(
            cuts: 1, others: 60, Wide(width: 1, text: String(repeating: "é", count: 2_000)))
        #expect(try #require(all["passes"]).count > 1_024)
        let passes = try #require(sent["passes"])
        #expect(passes.utf8.count <= 1_024 && passes.utf8.count > 900)
        #expect(passes.split(separator: ",").allSatisfy { $0 == "f" || $0.count == 27 }, "\(passes)")
        #expect(sent.values.allSatisfy { $0.utf8.count <= PubSub.Limits.attributeValueBytes })
        #expect(sent["wide_100"]?.isEmpty == false)
    }
}
