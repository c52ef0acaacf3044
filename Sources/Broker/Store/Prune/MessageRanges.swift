internal import DataLayout
internal import SQLite

/// The ranges of removed messages.
enum MessageRanges {
    /// Joins ranges of a topic that touch, so that their number follows from the nights that are left.
    static func join(_ topic: String, in database: Database) throws(SQLiteError) {
        var ranges: [ClosedRange<Int64>] = []
        let query = try database.prepare(
            "SELECT firstOffset, lastOffset FROM removed_messages WHERE topic = ? ORDER BY firstOffset")
        query.bind(0, topic)
        var count = 0
        while try query.step() {
            count += 1
            let (first, last) = (query.integer(0), max(query.integer(0), query.integer(1)))
            if let before = ranges.last, first <= before.upperBound + 1 {
                ranges[ranges.count - 1] = before.lowerBound...max(before.upperBound, last)
            } else {
                ranges.append(first...last)
            }
        }
        guard count > ranges.count else { return }
        let delete = try database.prepare("DELETE FROM removed_messages WHERE topic = ?")
        delete.bind(0, topic)
        try delete.run()
        let insert = try database.prepare("INSERT INTO removed_messages VALUES (?, ?, ?)")
        for range in ranges {
            insert.bind(0, topic)
            insert.bind(1, range.lowerBound)
            insert.bind(2, range.upperBound)
            try insert.run()
        }
    }
}
