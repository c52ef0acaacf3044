/// The values used last, the latest first: up to so many, and up to so many bytes of memory in all.
///
/// What outside data fill is bounded by both, since outside data decide how large each value is.
package struct RecentValues<Value> {
    private let most: Int
    private let mostBytes: Int
    /// The values, the latest first.
    package private(set) var values: [Value] = []
    private var sizes: [Int] = []
    /// Bytes of memory that the values take together.
    package private(set) var bytes = 0

    /// No values yet, and the limits of their number and their bytes.
    package init(most: Int, bytes: Int) {
        precondition(most > 0 && bytes > 0)
        self.most = most
        mostBytes = bytes
    }

    /// The first value that is wanted, which is the latest from now on.
    package mutating func first(where isWanted: (Value) -> Bool) -> Value? {
        guard let index = values.firstIndex(where: isWanted) else { return nil }
        if index > 0 {
            values.insert(values.remove(at: index), at: 0)
            sizes.insert(sizes.remove(at: index), at: 0)
        }
        return values[0]
    }

    /// Adds a value of so many bytes; those that were not used for the longest time make room for it. One that is larger
    /// than the bound is not kept.
    package mutating func add(_ value: Value, bytes: Int) {
        guard bytes <= mostBytes else { return }
        while values.count >= most || self.bytes + bytes > mostBytes, let size = sizes.popLast() {
            values.removeLast()
            self.bytes -= size
        }
        values.insert(value, at: 0)
        sizes.insert(bytes, at: 0)
        self.bytes += bytes
    }
}
