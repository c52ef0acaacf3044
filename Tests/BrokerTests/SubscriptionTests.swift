import Alerts
import Broker
import DataLayout
import Foundation
import Pipeline
import TestSupport
import Testing

/// The file in which a subscriber's place is kept.
@Suite struct SubscriptionTests {
    @Test("an offset is stored whole, without other files, also after a kill") func offset() throws {
        let folder = try TemporaryFolder()
        let subscription = try Subscription(
            folder: folder.file("data"), topic: Topic(.ztf, .exgalacTrans), subscriber: "reader")
        #expect(try subscription.offset() == 0)
        try subscription.save(5)
        try subscription.save(12)
        #expect(try subscription.offset() == 12)
        let place = folder.file("data/topics/\(Topic(.ztf, .exgalacTrans).name)/subscribers")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["reader"])
        // What a kill leaves between the writing and the renaming.
        try Data("1".utf8).write(to: URL(filePath: place + "/.reader.partial"))
        #expect(try subscription.offset() == 12)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["reader"])
        try Data("1345".utf8).write(to: URL(filePath: place + "/.reader.partial"))
        try subscription.save(13)
        #expect(try subscription.offset() == 13)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["reader"])
    }
}
