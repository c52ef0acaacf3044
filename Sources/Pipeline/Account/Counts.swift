/// How many alerts came to each end.
///
/// A report, a row of the ledger and a sum of such rows each hold one. Their columns, SQL and JSON follow from the list
/// ``Counter``: what is added there is counted, stored and shown.
package struct Counts: Hashable, Sendable {
    /// What is counted, in the order of the ledger's columns. `archived` is always equal to `stored`.
    package enum Counter: Int, CaseIterable, CodingKey, Sendable {
        case received, duplicates, archived, stored, passedFilter, fitted, fitFailed, deadLettered

        /// As columns and JSON spell it.
        package var name: String { stringValue }
    }

    private var numbers = [Int](repeating: 0, count: Counter.allCases.count)

    /// One of each of these counters, and none of the others.
    package init(_ counters: Counter...) {
        for counter in counters { self[counter] = 1 }
    }

    /// The counts that a closure gives, such as those of a table's row.
    package init(_ number: (Counter) -> Int) {
        for counter in Counter.allCases { self[counter] = number(counter) }
    }

    package subscript(counter: Counter) -> Int {
        get { numbers[counter.rawValue] }
        set { numbers[counter.rawValue] = newValue }
    }

    /// Whether each alert that was received came to exactly one end.
    package var addsUp: Bool { self[.received] == self[.duplicates] &+ self[.stored] &+ self[.deadLettered] }

    /// Adds counts. A damaged database may hold any number: a sum that is wrong is better than none.
    package static func += (left: inout Counts, right: Counts) {
        for index in left.numbers.indices { left.numbers[index] &+= right.numbers[index] }
    }

    /// Subtracts counts, as of alerts that came to another end since.
    package static func -= (left: inout Counts, right: Counts) {
        for index in left.numbers.indices { left.numbers[index] &-= right.numbers[index] }
    }

    package static func * (counts: Counts, times: Int) -> Counts { Counts { counts[$0] &* times } }
}

extension Counts: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Counter.self)
        for counter in Counter.allCases { try members.encode(self[counter], forKey: counter) }
    }
}

/// What holds counts, and gives them by their names.
package protocol Counted {
    var counts: Counts { get }
}

extension Counted {
    package subscript(counter: Counts.Counter) -> Int { counts[counter] }

    /// Whether each alert that was received came to exactly one end.
    package var addsUp: Bool { counts.addsUp }
}
