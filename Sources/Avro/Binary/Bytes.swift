internal import Glibc

extension [UInt8] {
    /// Whether a slice holds the same bytes, compared at the speed of memory.
    func equals(_ slice: ArraySlice<UInt8>) -> Bool {
        guard count == slice.count else { return false }
        return startsSlice(slice)
    }

    /// Whether a slice begins with these bytes.
    func startsSlice(_ slice: ArraySlice<UInt8>) -> Bool {
        guard count <= slice.count else { return false }
        return withUnsafeBytes { mine in
            slice.withUnsafeBytes { theirs in
                guard let left = mine.baseAddress, let right = theirs.baseAddress else { return true }
                return memcmp(left, right, mine.count) == 0
            }
        }
    }
}
