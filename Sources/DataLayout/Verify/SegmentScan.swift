internal import Avro
internal import Foundation
internal import SQLite

/// Reads every segment of a folder from end to end, and compares it with the index of its messages.
package final class SegmentScan {
    private let folder: OpenFolder
    /// What is not as it was written.
    package private(set) var damages = DamageList()
    /// Segments that were read.
    package private(set) var segments = 0
    /// Records that are as they were written.
    package private(set) var records = 0
    /// Records without a checksum, which an older Nightjar wrote; only their form was checked.
    package private(set) var unchecked = 0
    /// Bytes of the segments.
    package private(set) var bytes: Int64 = 0

    /// Scans the segments of a folder.
    package init(_ folder: OpenFolder) { self.folder = folder }

    /// A segment as the database has it.
    private struct Segment {
        let number: Int64
        let topic: String
        let name: SegmentName
        let isClosed: Bool
        let bytes: Int64
        let records: Int64
        let lastOffset: Int64
    }

    /// A message's row.
    private struct Message {
        let segment: Int64
        let offset: Int64
        let position: Int64
        let length: Int64
        let checksum: UInt32?
    }

    /// Reads all segments.
    ///
    /// - Parameters:
    ///   - files: Those that were there before the database's state was read: one that it does not name is unknown.
    ///   - isStopped: Asked before each segment.
    /// - Throws: ``BrokerError`` where the database cannot be read.
    package func run(files: Set<String>, isStopped: () -> Bool) throws(BrokerError) {
        let all = try all()
        let doomed: Set<String>
        do { doomed = try PruneTables.doomed(in: folder.database) } catch { throw BrokerError(error) }
        for path in files.subtracting(all.map(\.name.path)).subtracting(doomed).sorted() {
            damages.add(FolderDamage(.unknownFile, path: path, detail: "the index names no such file"))
        }
        // A topic with messages may have lost its segments.
        var topics = Dictionary(grouping: all, by: \.topic)
        for topic in try topicsOfMessages() where topics[topic] == nil { topics[topic] = [] }
        for (topic, segments) in topics.sorted(by: { $0.key < $1.key }) {
            let messages = try Messages(of: topic, in: folder.database)
            for segment in segments {
                if isStopped() { return }
                try scan(segment, messages)
            }
            while let message = messages.next {
                damages.add(
                    index(topic, message.offset, "the message is in segment \(message.segment), which is not there"))
                try messages.advance()
            }
        }
    }

    /// The closed segments below the folder, by their names.
    package static func files(below root: String) -> Set<String> {
        var files: Set<String> = []
        for top in Topic.topFolders {
            let walk = FileManager.default.enumerator(
                at: URL(filePath: "\(root)/\(top)"), includingPropertiesForKeys: nil)
            while let file = walk?.nextObject() as? URL {
                let path = file.path(percentEncoded: false)
                // A growing one that no transaction names yet is removed by the next run.
                guard !file.hasDirectoryPath, path.hasSuffix(".avro") else { continue }
                let parts = file.pathComponents
                guard let index = parts.lastIndex(of: top) else { continue }
                files.insert(parts[index...].joined(separator: "/"))
            }
        }
        return files
    }

    private func all() throws(BrokerError) -> [Segment] {
        do {
            let query = try folder.database.prepare(
                """
                SELECT segment, topic, path, fingerprint, state, bytes, records, lastOffset FROM segments
                ORDER BY topic, segment
                """)
            var segments: [Segment] = []
            while try query.step() {
                segments.append(
                    Segment(
                        number: query.integer(0), topic: query.text(1) ?? "",
                        name: SegmentName(path: query.text(2) ?? "", fingerprint: query.text(3) ?? ""),
                        isClosed: query.integer(4) == 2, bytes: query.integer(5), records: query.integer(6),
                        lastOffset: query.integer(7)))
            }
            return segments
        } catch { throw BrokerError(error) }
    }

    private func topicsOfMessages() throws(BrokerError) -> [String] {
        do {
            let query = try folder.database.prepare("SELECT DISTINCT topic FROM messages")
            var topics: [String] = []
            while try query.step() { topics.append(query.text(0) ?? "") }
            return topics
        } catch { throw BrokerError(error) }
    }

    // MARK: - One segment

    private func scan(_ segment: Segment, _ messages: Messages) throws(BrokerError) {
        segments += 1
        // As many as the database says, which may be any number.
        bytes &+= segment.bytes
        let path = segment.name.path
        while let message = messages.next, message.segment < segment.number {
            damages.add(
                index(segment.topic, message.offset, "the message is in segment \(message.segment), which is not there")
            )
            try messages.advance()
        }
        let headers = folder.damagedHeaders.count
        let file: SegmentReader.File
        do throws(BrokerError) { file = try folder.segments.open(segment.name, path: "\(folder.path)/\(path)") } catch {
            guard error.code != .table else { throw error }
            let names = ["\(folder.path)/\(path)", "\(folder.path)/\(path)\(SegmentName.openSuffix)"]
            let isRead = error.code == .damagedArchive && names.contains(where: RegularFile.exists)
            damages.add(
                FolderDamage(
                    isRead ? .header : .missingFile, path: path,
                    detail: "\(error.detail); it has \(segment.records) records of \(segment.topic)"))
            try pass(segment, messages)
            return
        }
        if folder.damagedHeaders.count > headers {
            damages.add(FolderDamage(.header, path: path, detail: "the segment's header is not as it was written"))
        }
        var content = ForwardFile(file.descriptor)
        let length = content.length
        if length < segment.bytes || segment.isClosed && length > segment.bytes {
            damages.add(
                FolderDamage(
                    .fileSize, path: path, detail: "it has \(length) bytes, and \(segment.bytes) were committed"))
        }
        try compare(segment, file, &content, messages)
    }

    /// Holds the blocks of a segment against the rows of its messages.
    private func compare(
        _ segment: Segment, _ file: SegmentReader.File, _ content: inout ForwardFile, _ messages: Messages
    ) throws(BrokerError) {
        var (end, count, last) = (Int64(segment.name.header(file.schema).count), Int64(0), Int64(-1))
        while let message = messages.next, message.segment == segment.number {
            if message.position != end {
                damages.add(
                    index(segment.topic, message.offset, "the message begins at \(message.position), and not at \(end)")
                )
            }
            check(message, segment, file, &content)
            (end, count, last) = (message.position &+ max(0, message.length), count + 1, max(last, message.offset))
            try messages.advance()
        }
        let path = segment.name.path
        if end != segment.bytes {
            damages.add(
                FolderDamage(
                    .index, path: path, detail: "its messages end at byte \(end), and \(segment.bytes) were committed"))
        }
        if count != segment.records || last != segment.lastOffset {
            damages.add(
                FolderDamage(
                    .index, path: path,
                    detail: "it has \(count) messages up to offset \(last), and should have \(segment.records) up to "
                        + "\(segment.lastOffset)"))
        }
    }

    private func check(
        _ message: Message, _ segment: Segment, _ file: SegmentReader.File, _ content: inout ForwardFile
    ) {
        let path = segment.name.path
        func damaged(_ detail: String) {
            damages.add(FolderDamage(.record, path: path, topic: segment.topic, offset: message.offset, detail: detail))
        }
        let location = RecordLocation(
            segment: segment.name, position: message.position, length: message.length, checksum: message.checksum)
        guard location.isPossible else {
            return damaged("the index says a record of \(message.length) bytes at \(message.position)")
        }
        guard let block = content.bytes(at: message.position, count: Int(message.length)) else {
            return damaged("its \(message.length) bytes from \(message.position) on are not there, or cannot be read")
        }
        do throws(BrokerError) {
            _ = try SegmentReader.body(of: block, at: location, sync: file.sync, path: path)
            records += 1
            if message.checksum == nil { unchecked += 1 }
        } catch { damaged(error.detail) }
    }

    private func index(_ topic: String, _ offset: Int64, _ detail: String) -> FolderDamage {
        FolderDamage(.index, path: "nightjar.db", topic: topic, offset: offset, detail: detail)
    }

    private func pass(_ segment: Segment, _ messages: Messages) throws(BrokerError) {
        while let message = messages.next, message.segment == segment.number { try messages.advance() }
    }

    /// The rows of a topic's messages by segment and position; SQLite sorts them, in a file where they are many.
    private final class Messages {
        private let query: Statement
        private(set) var next: Message?

        init(of topic: String, in database: Database) throws(BrokerError) {
            do {
                query = try database.prepare(
                    """
                    SELECT segment, offset, position, length, checksum FROM messages WHERE topic = ?
                    ORDER BY segment, position
                    """)
            } catch { throw BrokerError(error) }
            query.bind(0, topic)
            try advance()
        }

        func advance() throws(BrokerError) {
            do {
                guard try query.step() else {
                    next = nil
                    return
                }
            } catch { throw BrokerError(error) }
            next = Message(
                segment: query.integer(0), offset: query.integer(1), position: query.integer(2),
                length: query.integer(3),
                checksum: query.isNull(4) ? nil : UInt32(truncatingIfNeeded: query.integer(4)))
        }
    }
}
