internal import Foundation

/// Rows of a VOTable in bytes, BINARY or BINARY2, out of the base64 text of its stream.
struct VOTableBytes {
    /// Whether each row has a bit for each field that says that it has no value.
    private let hasMask: Bool
    /// Letters of base64 that are not yet bytes, and bytes that are not yet a row.
    private var letters: [UInt8] = []
    private var bytes: [UInt8] = []
    private var start = 0

    init(hasMask: Bool) { self.hasMask = hasMask }

    /// Why no more rows can be read.
    enum Damage: Error {
        case base64, length(String), value(String)
    }

    /// Takes the next letters of the stream.
    mutating func add(_ text: UnsafeRawBufferPointer) throws(Damage) {
        for letter in text where letter > 0x20 { letters.append(letter) }
        let whole = letters.count / 4 * 4
        guard whole > 0 else { return }
        guard let more = Data(base64Encoded: Data(letters[..<whole])) else { throw .base64 }
        letters.removeFirst(whole)
        if start > 0 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes += more
    }

    /// Whether all letters and bytes became rows.
    var isUsedUp: Bool { letters.isEmpty && start == bytes.count }

    /// The next row; `nil` until all its bytes are there. Fields that nobody wants are null.
    mutating func next(_ fields: [VOTableField], _ isWanted: [Bool]) throws(Damage) -> [CatalogueValue]? {
        var place = start
        guard bytes.count > place else { return nil }
        let mask = bytes[place...].prefix(hasMask ? (fields.count + 7) / 8 : 0)
        guard mask.count == (hasMask ? (fields.count + 7) / 8 : 0) else { return nil }
        place += mask.count
        var row: [CatalogueValue] = []
        row.reserveCapacity(fields.count)
        for (number, field) in fields.enumerated() {
            guard let size = field.size(in: bytes[place...]) else {
                guard bytes.count - start <= 4 * VOTableField.longest else { throw .length(field.name) }
                return nil
            }
            guard size >= 0 else { throw .length(field.name) }
            let isNull = hasMask && mask[mask.startIndex + number / 8] >> UInt8(7 - number % 8) & 1 == 1
            if isNull || !isWanted[number] {
                row.append(.null)
            } else {
                guard let value = field.value(ofBytes: bytes[place..<place + size]) else { throw .value(field.name) }
                row.append(value)
            }
            place += size
        }
        start = place
        return row
    }
}
