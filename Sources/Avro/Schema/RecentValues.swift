/// A cache of the most recently used values, bounded by their number and by their bytes of memory.
///
/// Both bounds are needed where outside data fill the cache, since they determine the size of each value.
package struct RecentValues<Value> {
    private let most: Int
    private let mostBytes: Int
    /// The values, the most recently used first.
    package private(set) var values: [Value] = []
    private var sizes: [Int] = []
    /// Bytes of memory of all values.
    package private(set) var bytes = 0

    /// An empty cache with its bounds.
    package init(most: Int, bytes: Int) {
        precondition(most > 0 && bytes > 0)
        self.most = most
        mostBytes = bytes
    }

    /// The first value that matches, which becomes the most recently used.
    package mutating func first(where isWanted: (Value) -> Bool) -> Value? {
        guard let index = values.firstIndex(where: isWanted) else { return nil }
        if index > 0 {
            values.insert(values.remove(at: index), at: 0)
            sizes.insert(sizes.remove(at: index), at: 0)
        }
        return values[0]
    }

    /// Adds a value of so many bytes, and removes the least recently used ones beyond the bounds. A value that is larger than the
    /// bound is not added.
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
