internal import Foundation
internal import Glibc

/// How far a subscriber has read a topic: one small file beside the topic's segments.
package struct Subscription {
    private let path: String
    /// The file while it is written; no subscriber's name begins with a dot.
    private let partial: String

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
        let subscribers = "\(folder)/topics/\(topic.name)/subscribers"
        path = "\(subscribers)/\(subscriber)"
        partial = "\(subscribers)/.\(subscriber).partial"
    }

    /// The offset of the first message not yet read; 0 for a new subscriber. What a kill left of a later one is removed.
    package func offset() throws(BrokerError) -> Int64 {
        unlink(partial)
        guard access(path, F_OK) == 0 else { return 0 }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let offset = Int64(text.trimmingCharacters(in: .whitespacesAndNewlines)), offset >= 0
        else { throw BrokerError(.cannotRead, path: path, detail: "this holds no offset") }
        return offset
    }

    /// Remembers the offset, whole or not at all.
    package func save(_ offset: Int64) throws(BrokerError) {
        try FolderMaking.make((path as NSString).deletingLastPathComponent, failing: .cannotWrite)
        try WholeFile.write(Array("\(offset)\n".utf8), to: path, by: partial)
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
