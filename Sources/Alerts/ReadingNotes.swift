/// What of an alert could not be read, though the alert can be used.
package struct ReadingNotes: Sendable, Hashable {
    /// Points of its history that have no usable time.
    package private(set) var pointsLeftOut = 0
    /// Values that are there and say nothing in any form that is known, by the field's path; they count as null.
    package private(set) var unreadable: [String: Int] = [:]

    /// Nothing that could not be read.
    package init() {}

    mutating func leaveOutPoint() { pointsLeftOut += 1 }

    mutating func addUnreadable(_ field: String) { unreadable[field, default: 0] += 1 }
}
