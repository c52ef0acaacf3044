/// Whether bytes are valid UTF-8.
enum UTF8Check {
    /// Eight bytes at a time while they are ASCII, which survey strings are.
    @inline(__always)
    static func isValid(_ start: BytePointer, _ count: Int) -> Bool {
        if isASCII(start, count) { return true }
        return isValidBeyondASCII(start, count)
    }

    @inline(__always)
    private static func isASCII(_ start: BytePointer, _ count: Int) -> Bool {
        let raw = UnsafeRawPointer(start)
        var seen: UInt64 = 0
        if count >= 8 {
            // The last eight bytes may overlap the previous ones.
            let last = count &- 8
            var index = 0
            while index < last {
                seen |= raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                index &+= 8
            }
            seen |= raw.loadUnaligned(fromByteOffset: last, as: UInt64.self)
        } else {
            for index in 0..<count { seen |= UInt64(start[index]) }
        }
        return seen & 0x8080_8080_8080_8080 == 0
    }

    /// By the table of well-formed byte sequences, Unicode 15, table 3-7.
    @inline(never)
    static func isValidBeyondASCII(_ start: BytePointer, _ count: Int) -> Bool {
        var index = 0
        while index < count {
            let lead = start[index]
            let length: Int
            let second: ClosedRange<UInt8>
            switch lead {
            case 0x00...0x7F: (length, second) = (1, 0...0)
            case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            default: return false
            }
            guard length <= count - index else { return false }
            if length > 1 && !second.contains(start[index + 1]) { return false }
            for offset in 2..<max(2, length) where start[index + offset] & 0xC0 != 0x80 { return false }
            index += length
        }
        return true
    }
}
