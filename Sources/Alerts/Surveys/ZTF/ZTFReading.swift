internal import Avro

/// ZTF writes -999 (and -99999 for failed forced photometry) and the string "null" where it has no value.
extension AvroScalar {
    func ztfNumber(in body: ArraySlice<UInt8>) -> Double? {
        guard let value = number(in: body), value != -999, value != -99_999 else { return nil }
        return value
    }

    func ztfFloat(in body: ArraySlice<UInt8>) -> Float? { ztfNumber(in: body).map { Float($0) } }

    func ztfInteger(in body: ArraySlice<UInt8>) -> Int64? {
        guard let value = integer(in: body), value != -999, value != -99_999 else { return nil }
        return value
    }

    /// `isdiffpos`: "t" or "1" is a positive subtraction, "f" or "0" a negative one. The two letters come first because
    /// nearly all values are one of them.
    func ztfSign(in body: ArraySlice<UInt8>) -> Bool? {
        if let text = text(in: body), text.count == 1 {
            switch text[text.startIndex] {
            case UInt8(ascii: "t"): return true
            case UInt8(ascii: "f"): return false
            default: break
            }
        }
        return flag(in: body)
    }

    /// `fid`, or the filter's name: `g`, `zg`, `ZTF_g`.
    func ztfBandpass(in body: ArraySlice<UInt8>) -> Bandpass? {
        if let fid = integer(in: body) { return Bandpass.ztf(fid: fid) }
        guard let text = string(in: body)?.lowercased(), text.utf8.count <= 8 else { return nil }
        switch text.replacing("_", with: "").replacing("-", with: "") {
        case "g", "zg", "ztfg": return .ztfg
        case "r", "zr", "ztfr": return .ztfr
        case "i", "zi", "ztfi": return .ztfi
        default: return nil
        }
    }
}
