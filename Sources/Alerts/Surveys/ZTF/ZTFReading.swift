internal import Avro

/// ZTF writes -999 (and -99999 for failed forced photometry) and the string "null" where it has no value.
extension AvroScalar {
    var ztfNumber: Double? {
        guard let value = number, value != -999, value != -99_999 else { return nil }
        return value
    }

    var ztfFloat: Float? { ztfNumber.map { Float($0) } }

    var ztfInteger: Int64? {
        guard let value = long, value != -999, value != -99_999 else { return nil }
        return value
    }

    /// `isdiffpos`: "t" or "1" is a positive subtraction, "f" or "0" a negative one; the first prototype wrote a number.
    func ztfSign(in body: ArraySlice<UInt8>) -> Bool? {
        if let number = long { return number == 1 ? true : number == 0 ? false : nil }
        guard let text = slice(of: body), text.count == 1 else { return nil }
        switch text[text.startIndex] {
        case UInt8(ascii: "t"), UInt8(ascii: "1"): return true
        case UInt8(ascii: "f"), UInt8(ascii: "0"): return false
        default: return nil
        }
    }

    func ztfText(in body: ArraySlice<UInt8>) -> String? {
        guard let text = string(in: body), text != "null", !text.isEmpty else { return nil }
        return text
    }
}
