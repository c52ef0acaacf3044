/// Numbers of alerts by outcome.
///
/// A report, a row of the ledger and a sum of such rows each have one. Their columns, SQL and JSON follow from the list
/// ``Counter``: a counter that is added there is counted, stored and shown.
package struct Counts: Hashable, Sendable {
    /// A counter, in the order of the ledger's columns. `archived` is always equal to `stored`.
    package enum Counter: Int, CaseIterable, CodingKey, Sendable {
        case received, duplicates, archived, stored, passedFilter, fitted, fitFailed, deadLettered

        /// The name in columns and JSON.
        package var name: String { stringValue }
    }

    private var numbers = [Int](repeating: 0, count: Counter.allCases.count)

    /// One of each of these counters, and none of the others.
    package init(_ counters: Counter...) {
        for counter in counters { self[counter] = 1 }
    }

    /// The counts that a closure returns, such as those of a table's row.
    package init(_ number: (Counter) -> Int) {
        for counter in Counter.allCases { self[counter] = number(counter) }
    }

    /// The number of one counter.
    package subscript(counter: Counter) -> Int {
        get { numbers[counter.rawValue] }
        set { numbers[counter.rawValue] = newValue }
    }

    /// Whether each received alert has exactly one outcome.
    package var addsUp: Bool { self[.received] == self[.duplicates] &+ self[.stored] &+ self[.deadLettered] }

    /// Adds counts, with wrapping: a damaged database may have any number, and must not end the process.
    package static func += (left: inout Counts, right: Counts) {
        for index in left.numbers.indices { left.numbers[index] &+= right.numbers[index] }
    }

    /// Subtracts counts, such as those of alerts whose outcome has changed.
    package static func -= (left: inout Counts, right: Counts) {
        for index in left.numbers.indices { left.numbers[index] &-= right.numbers[index] }
    }

    /// The counts multiplied by a number.
    package static func * (counts: Counts, times: Int) -> Counts { Counts { counts[$0] &* times } }
}

extension Counts: Encodable {
    /// Writes an object with a member for each counter.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Counter.self)
        for counter in Counter.allCases { try members.encode(self[counter], forKey: counter) }
    }
}

/// A value with counts.
package protocol Counted {
    /// Its counts.
    var counts: Counts { get }
}

extension Counted {
    /// The number of one counter.
    package subscript(counter: Counts.Counter) -> Int { counts[counter] }

    /// Whether each received alert has exactly one outcome.
    package var addsUp: Bool { counts.addsUp }
}
