/// One 512-byte block at the position of a tar header.
///
/// Source: POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
enum TarBlock: Equatable {
    static let bytes = 512

    case zeros
    case header(TarHeader)
    case damaged(String)

    init(_ block: ArraySlice<UInt8>) {
        precondition(block.count == Self.bytes)
        var unsigned = 0
        var signed = 0
        for byte in block {
            unsigned += Int(byte)
            signed += Int(Int8(bitPattern: byte))
        }
        guard unsigned != 0 else {
            self = .zeros
            return
        }
        // The checksum counts its own field as blanks; some old writers summed signed bytes.
        let field = block[block.startIndex + 148..<block.startIndex + 156]
        for byte in field {
            unsigned += 32 - Int(byte)
            signed += 32 - Int(Int8(bitPattern: byte))
        }
        guard let stated = TarHeader.number(field), stated == unsigned || stated == signed else {
            self = .damaged("not a tar header: the checksum is wrong")
            return
        }
        guard let header = TarHeader(block) else {
            self = .damaged("a tar header with an impossible size")
            return
        }
        self = .header(header)
    }
}

/// The fields of a tar header that reading packets needs; no file is ever written by its name.
struct TarHeader: Equatable {
    enum Kind: Equatable {
        case regular
        case withoutData  // links, directories, devices, pipes
        case sparse(isExtended: Bool)
        case pax
        case longName
        case other  // has data that are not a packet
    }
    let name: String
    /// Bytes of data after the header.
    let size: Int64
    let kind: Kind

    /// Largest valid size: 2^60 bytes, so that sums of a few cannot overflow.
    static let largest: Int64 = 1 << 60

    /// - Parameter block: 512 bytes whose checksum is right.
    init?(_ block: ArraySlice<UInt8>) {
        let start = block.startIndex
        guard let size = Self.number(block[start + 124..<start + 136]), size <= Self.largest else { return nil }
        self.size = size
        var name = Self.text(block[start..<start + 100])
        // Only ustar has a prefix here; GNU's own format, "ustar" and two blanks, keeps times in it.
        let isUstar = block[start + 257..<start + 263].elementsEqual("ustar\0".utf8)
        if isUstar && block[start + 345] != 0 {
            name = Self.text(block[start + 345..<start + 500]) + "/" + name
        }
        self.name = name
        switch block[start + 156] {
        case 0 where name.hasSuffix("/"): kind = .withoutData
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): kind = .regular
        case UInt8(ascii: "1")...UInt8(ascii: "6"): kind = .withoutData
        case UInt8(ascii: "S"): kind = .sparse(isExtended: block[start + 482] != 0)
        case UInt8(ascii: "x"), UInt8(ascii: "X"): kind = .pax
        case UInt8(ascii: "L"): kind = .longName
        default: kind = .other
        }
    }

    /// A name up to the first NUL.
    static func text(_ field: ArraySlice<UInt8>) -> String {
        FileName.text(field.prefix { $0 != 0 }.prefix(4_096))
    }

    /// A number in octal digits, or in base 256 if its first bit is set; `nil` if it is neither or negative.
    static func number(_ field: ArraySlice<UInt8>) -> Int64? {
        guard let first = field.first else { return nil }
        if first & 0x80 != 0 {
            guard first & 0x40 == 0 else { return nil }
            var value = Int64(first & 0x3f)
            for byte in field.dropFirst() {
                guard value < 1 << 54 else { return nil }
                value = value << 8 | Int64(byte)
            }
            return value
        }
        var value: Int64 = 0
        let digits = field.drop { $0 == 32 }.prefix { $0 != 0 && $0 != 32 }
        for digit in digits {  // at most 12: 36 bits
            guard (48...55).contains(digit) else { return nil }
            value = value << 3 | Int64(digit - 48)
        }
        return value
    }
}

/// The records of a pax header that apply to the next member.
struct PaxRecords: Equatable {
    private(set) var path: String?
    private(set) var size: Int64?
    private(set) var isSparse = false

    /// Reads `LENGTH KEY=VALUE\n` records; `nil` if they are not.
    init?(_ data: ArraySlice<UInt8>) {
        var rest = data
        while let first = rest.first, first != 0 {
            let digits = rest.prefix { (48...57).contains($0) }
            guard (1...7).contains(digits.count), let length = Int(String(decoding: digits, as: UTF8.self)),
                length > digits.count + 2, length <= rest.count, rest[rest.startIndex + length - 1] == 10,
                rest[digits.endIndex] == 32
            else { return nil }
            let record = rest[(digits.endIndex + 1)..<(rest.startIndex + length - 1)]
            guard let equals = record.firstIndex(of: 61) else { return nil }
            guard parse(record[..<equals], record[(equals + 1)...]) else { return nil }
            rest = rest[(rest.startIndex + length)...]
        }
    }

    private mutating func parse(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Bool {
        switch String(decoding: key.prefix(64), as: UTF8.self) {
        case "path" where path == nil, "GNU.sparse.name": path = TarHeader.text(value)
        case "size":
            guard let number = Int64(String(decoding: value.prefix(24), as: UTF8.self)),
                (0...TarHeader.largest).contains(number)
            else { return false }
            size = number
        case let name where name.hasPrefix("GNU.sparse."): isSparse = true
        default: break
        }
        return true
    }
}
