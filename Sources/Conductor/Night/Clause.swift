/// A condition under which a night is complete, with what was found last.
package struct Clause: Codable, Hashable, Sendable {
    /// The conditions, in the order in which they are shown.
    package enum Name: String, Codable, CaseIterable, Sendable {
        /// The Sun is too high for exposures.
        case sunUp
        /// No end offset has moved for a while.
        case quiet
        /// Every message of the night has been read.
        case lag
        /// Everything received has a final state, and the ledger adds up.
        case account
        /// Every product is published and acknowledged.
        case published
        /// No alert of the last exposure can still come.
        case lateWindow
    }

    /// Which condition.
    package let name: Name
    /// What was found, as text with its unit: `-14.2 degrees`.
    package let value: String
    /// What is asked for, as text with its unit: `above -12 degrees`.
    package let limit: String
    /// Whether it holds.
    package let isMet: Bool

    /// A condition and what was found.
    package init(_ name: Name, value: String, limit: String, isMet: Bool) {
        self.name = name
        self.value = value
        self.limit = limit
        self.isMet = isMet
    }
}

extension Clause.Name {
    /// As people read it.
    package var title: String {
        switch self {
        case .sunUp: "Sun up"
        case .quiet: "stream quiet"
        case .lag: "all read"
        case .account: "account adds up"
        case .published: "products published"
        case .lateWindow: "late window over"
        }
    }
}
