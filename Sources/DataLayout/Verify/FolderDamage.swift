/// Something in a data folder that is not as it was written, or that one part of it says otherwise than another.
package struct FolderDamage: Sendable, Hashable, Encodable, CustomStringConvertible {
    /// What is damaged.
    package enum Kind: String, Sendable, Encodable {
        /// A page or an index of `nightjar.db`.
        case database
        /// A segment, or a plot, that is not there, or is no file that can be read.
        case missingFile
        /// A segment that is shorter or longer than what was committed.
        case fileSize
        /// A segment's header.
        case header
        /// A record of a segment, or a packet that cannot be given back as it was received.
        case record
        /// A file that the index does not know.
        case unknownFile
        /// The index of messages and archived alerts.
        case index
        /// Rows of a table that the archive does not have, or the other way round.
        case table
        /// Counts that do not add up, or that differ from what is there.
        case ledger
    }

    /// What is damaged.
    package let kind: Kind
    /// The file, below the data folder.
    package let path: String
    /// The topic whose message it is; `nil` for all else.
    package let topic: String?
    /// The message's offset in its topic.
    package let offset: Int64?
    /// What is wrong, in a sentence.
    package let detail: String

    /// A damage at a path.
    package init(_ kind: Kind, path: String, topic: String? = nil, offset: Int64? = nil, detail: String) {
        self.kind = kind
        self.path = path
        self.topic = topic
        self.offset = offset
        self.detail = detail
    }

    package var description: String {
        let message = topic.map { topic in " (message \(offset ?? -1) of \(topic))" } ?? ""
        return "\(kind.rawValue): \(path)\(message): \(detail)"
    }
}

/// Damages that were found: all are counted, and the first of them kept.
package struct DamageList: Sendable {
    /// So many are kept.
    package static let most = 1_000

    /// How many there are.
    package private(set) var count = 0
    /// The first of them.
    package private(set) var first: [FolderDamage] = []

    /// None.
    package init() {}

    /// Adds one.
    package mutating func add(_ damage: FolderDamage) {
        count += 1
        if first.count < Self.most { first.append(damage) }
    }

    /// Adds others.
    package static func += (list: inout DamageList, others: DamageList) {
        list.count += others.count
        list.first += others.first.prefix(most - list.first.count)
    }

    /// Adds others.
    package static func += (list: inout DamageList, others: [FolderDamage]) {
        for damage in others { list.add(damage) }
    }
}
