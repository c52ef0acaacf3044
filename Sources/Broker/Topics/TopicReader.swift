package import Avro
internal import Foundation
internal import Glibc
internal import SQLite

/// Reads a topic's messages in order, also while a run writes them; only what is committed is seen.
package final class TopicReader {
    /// Messages looked up at a time.
    private static let lookAhead = 256

    private let folder: String
    private let topic: Topic
    private let segments: SegmentReader
    private let query: Statement
    private var places: [(offset: Int64, path: String, position: Int64, length: Int64)] = []
    /// The offset of the message that ``next()`` gives.
    package private(set) var offset: Int64

    package init(folder: String, topic: Topic, from offset: Int64 = 0) throws(BrokerError) {
        self.folder = folder
        self.topic = topic
        self.offset = offset
        segments = SegmentReader(root: folder)
        let database = try DataFolder.openForReading(folder)
        do {
            query = try database.prepare(
                """
                SELECT m.offset, s.path, m.position, m.length FROM messages AS m JOIN segments AS s USING (segment)
                WHERE m.topic = ? AND m.offset >= ? ORDER BY m.offset LIMIT \(Self.lookAhead)
                """)
        } catch { throw BrokerError(error) }
    }

    /// One message: its record's bytes and the schema they are written in.
    package struct Message: Sendable {
        package let offset: Int64
        package let body: ArraySlice<UInt8>
        package let schema: AvroSchema
    }

    /// The next message, or `nil` where there is none yet.
    package func next() throws(BrokerError) -> Message? {
        if places.isEmpty { try look() }
        guard let place = places.first else { return nil }
        let (body, schema) = try segments.record(path: place.path, position: place.position, length: place.length)
        places.removeFirst()
        offset = place.offset + 1
        return Message(offset: place.offset, body: body, schema: schema)
    }

    private func look() throws(BrokerError) {
        do {
            query.bind(0, topic.name)
            query.bind(1, offset)
            while try query.step() {
                places.append((query.integer(0), query.text(1) ?? "", query.integer(2), query.integer(3)))
            }
        } catch { throw BrokerError(error) }
    }

    /// The topics of a folder that have messages, with their number.
    package static func list(folder: String) throws(BrokerError) -> [(name: String, messages: Int64)] {
        let database = try DataFolder.openForReading(folder)
        var found: [(String, Int64)] = []
        do {
            for topic in Topic.all {
                // Offsets have no gaps.
                let last = try database.integer(
                    "SELECT coalesce(max(offset), -1) FROM messages WHERE topic = '\(topic.name)'")
                found.append((topic.name, (last ?? -1) + 1))
            }
        } catch { throw BrokerError(error) }
        return found
    }
}

/// How far a subscriber has read a topic: one small file beside the topic's segments.
package struct Subscription {
    private let path: String

    /// - Throws: ``BrokerError`` for a name that is no file name of letters, digits, `-`, `_` and `.`.
    package init(folder: String, topic: Topic, subscriber: String) throws(BrokerError) {
        let isPlain = subscriber.utf8.allSatisfy { byte in
            byte.isASCIILetterOrDigit || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
        }
        guard isPlain, !subscriber.isEmpty, subscriber.count <= 100, !subscriber.hasPrefix(".") else {
            throw BrokerError(
                .unknownTopic, path: "",
                detail: "the subscriber '\(subscriber)' must be named by letters, digits, '-', '_' and '.'")
        }
        path = "\(folder)/topics/\(topic.name)/subscribers/\(subscriber)"
    }

    /// The offset of the first message not yet read; 0 for a new subscriber.
    package func offset() throws(BrokerError) -> Int64 {
        guard access(path, F_OK) == 0 else { return 0 }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let offset = Int64(text.trimmingCharacters(in: .whitespacesAndNewlines)), offset >= 0
        else { throw BrokerError(.cannotRead, path: path, detail: "this holds no offset") }
        return offset
    }

    /// Remembers the offset, whole or not at all.
    package func save(_ offset: Int64) throws(BrokerError) {
        let folder = (path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("\(offset)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch { throw BrokerError(.cannotWrite, path: path, detail: error.localizedDescription) }
    }
}

extension UInt8 {
    fileprivate var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
