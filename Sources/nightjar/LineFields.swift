internal import Foundation
internal import Salt2

/// One JSON object of a line, read field by field, so that an error names its field.
struct LineFields {
    private let object: [String: Any]

    private static let largestLine = 16 << 20
    private static let mostPoints = 100_000

    init(line: [UInt8]) throws(Salt2Error) {
        guard line.count <= Self.largestLine else { throw Self.bad("line", "\(line.count) bytes are too many") }
        guard let object = (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any] else {
            throw Self.bad("line", "no JSON object")
        }
        self.object = object
    }

    static func bad(_ field: String, _ detail: String) -> Salt2Error {
        Salt2Error(.badLine, location: field, detail: detail)
    }

    func has(_ field: String) -> Bool { object[field].map { !($0 is NSNull) } ?? false }

    /// The line's id: it may be a string or a number, but a string where many readers would round it.
    var id: LineID {
        switch object["id"] {
        case let text as String: .text(text)
        case let number as Int: number.magnitude > 1 << 53 ? .text("\(number)") : .integer(number)
        case let value?: Self.number(value).map { .number($0) } ?? .none
        default: .none
        }
    }

    func text(_ field: String, or other: String) throws(Salt2Error) -> String {
        guard has(field) else { return other }
        guard let value = object[field] as? String else { throw Self.bad(field, "no string") }
        return value
    }

    func flag(_ field: String) throws(Salt2Error) -> Bool {
        guard has(field) else { return false }
        guard let value = object[field] as? Bool else { throw Self.bad(field, "neither true nor false") }
        return value
    }

    /// A number as written: Foundation keeps one of 17 digits or more as a decimal, and converts that inexactly.
    private static func number(_ value: Any?) -> Double? {
        if let decimal = value as? NSDecimalNumber { return Double(decimal.stringValue) }
        return value as? Double
    }

    func number(_ field: String) throws(Salt2Error) -> Double {
        guard let value = Self.number(object[field]) else {
            throw Self.bad(field, has(field) ? "no number" : "missing")
        }
        return value
    }

    func number(_ field: String, or other: Double) throws(Salt2Error) -> Double {
        has(field) ? try number(field) : other
    }

    /// A list of numbers; a null among them becomes NaN, which the fit refuses as a bad point.
    func numbers(_ field: String) throws(Salt2Error) -> [Double] {
        guard let values = object[field] as? [Any] else { throw Self.bad(field, has(field) ? "no list" : "missing") }
        guard values.count <= Self.mostPoints else { throw Self.bad(field, "\(values.count) values are too many") }
        var numbers: [Double] = []
        numbers.reserveCapacity(values.count)
        for value in values {
            if let number = Self.number(value) {
                numbers.append(number)
            } else if value is NSNull {
                numbers.append(.nan)
            } else {
                throw Self.bad(field, "value \(numbers.count) is no number")
            }
        }
        return numbers
    }

    /// A list of `count` numbers, or one number for all.
    func numbers(_ field: String, count: Int) throws(Salt2Error) -> [Double] {
        if let one = Self.number(object[field]) { return [Double](repeating: one, count: count) }
        let values = try numbers(field)
        guard values.count == count else { throw Self.bad(field, "\(values.count) values for \(count) points") }
        return values
    }

    func texts(_ field: String) throws(Salt2Error) -> [String] {
        guard let values = object[field] as? [String] else {
            throw Self.bad(field, has(field) ? "no list of strings" : "missing")
        }
        return values
    }

    /// `"bounds": {"z": [lo, hi], ...}`.
    func bounds() throws(Salt2Error) -> [String: ClosedRange<Double>] {
        guard has("bounds") else { return [:] }
        guard let object = object["bounds"] as? [String: Any] else { throw Self.bad("bounds", "no object") }
        var bounds: [String: ClosedRange<Double>] = [:]
        for (name, value) in object {
            guard ["z", "t0", "x1", "c"].contains(name) else {
                throw Self.bad("bounds.\(name)", "only z, t0, x1 and c can be bounded")
            }
            let pair = (value as? [Any] ?? []).compactMap(Self.number)
            guard pair.count == 2, (value as? [Any])?.count == 2, pair[0].isFinite, pair[1].isFinite,
                pair[0] <= pair[1]
            else { throw Self.bad("bounds.\(name)", "no pair of rising numbers") }
            bounds[name] = pair[0]...pair[1]
        }
        return bounds
    }

    func dust() throws(Salt2Error) -> MilkyWayDust {
        let mwebv = try number("mwebv", or: 0)
        let name = try text("dust", or: mwebv == 0 ? "none" : "f99")
        guard let law = MilkyWayDust.Law(rawValue: name) else { throw Self.bad("dust", "none of none, ccm89, f99") }
        let rv = try number("r_v", or: 3.1)
        guard mwebv.isFinite, abs(mwebv) < 100 else { throw Self.bad("mwebv", "out of range") }
        guard rv > 0, rv < 100 else { throw Self.bad("r_v", "out of range") }
        return MilkyWayDust(law: law, mwebv: mwebv, rv: rv)
    }
}
