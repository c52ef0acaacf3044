package import DataLayout

/// A topic's messages out of several folders: those of the first, in the order of their offsets, then those of the next, and
/// round again for what has come since. Only what is committed is seen.
package final class TopicMessages {
    private let readers: [(folder: OpenFolder, reader: TopicReader)]
    private var current = 0

    fileprivate init(_ readers: [(folder: OpenFolder, reader: TopicReader)]) { self.readers = readers }

    /// The next message; `nil` where no folder has one yet.
    ///
    /// - Throws: ``DataLayout/BrokerError``; after one of code `damagedArchive`, which says which message is damaged, the
    ///   next call gives the message behind it.
    package func next() throws(BrokerError) -> TopicReader.Message? {
        for _ in readers {
            if let message = try readers[current].reader.next() { return message }
            current = (current + 1) % readers.count
        }
        return nil
    }

    /// Each folder with the offset of the first message of it that was not given yet.
    package var positions: [(folder: OpenFolder, offset: Int64)] { readers.map { ($0.folder, $0.reader.offset) } }

    /// Messages given so far that an older Nightjar wrote, which kept no checksums: they were not checked.
    package var unchecked: Int { readers.reduce(0) { $0 + $1.reader.unchecked } }
}

extension DataReader {
    /// The topics that have subscribers, with how many messages they have in all folders.
    package func topics() throws(BrokerError) -> [(topic: Topic, messages: Int64)] {
        var found: [(topic: Topic, messages: Int64)] = []
        var topics = Topic.own
        for folder in folders {
            for topic in try folder.topics() where !topics.contains(topic) { topics.append(topic) }
        }
        for topic in topics {
            var messages: Int64 = 0
            for folder in folders { messages += try folder.messages(of: topic) }
            found.append((topic, messages))
        }
        return found
    }

    /// A topic's messages.
    ///
    /// - Parameters:
    ///   - topic: The topic.
    ///   - night: YYYYMMDD: only the messages of this night, of a topic of archived alerts; `nil` for all.
    ///   - start: The offset to begin with in a folder.
    /// - Returns: The messages, to be read one by one.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read, and what the closure throws.
    package func messages(
        of topic: Topic, night: Int? = nil, from start: (OpenFolder) throws(BrokerError) -> Int64 = { _ in 0 }
    ) throws(BrokerError) -> TopicMessages {
        var readers: [(folder: OpenFolder, reader: TopicReader)] = []
        for folder in folders {
            readers.append((folder, try TopicReader(folder, topic: topic, from: start(folder), night: night)))
        }
        return TopicMessages(readers)
    }
}
