/// A request's path in parts and its query, both decoded once.
struct RequestTarget {
    /// Parameters of a query at most.
    private static let mostParameters = 16
    /// The same where one may come several times.
    private static let longestList = 200

    /// The parts of the path between slashes.
    let parts: [String]
    /// The query's parameters in their order.
    let pairs: [(name: String, value: String)]

    /// Reads a path and query as sent.
    ///
    /// - Throws: ``Problem`` for what is not percent-encoded UTF-8, or too many parameters.
    init(_ text: String) throws(Problem) {
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves[0].hasPrefix("/") else { throw Problem(.badRequest, "the path does not begin with '/'") }
        var parts: [String] = []
        for part in halves[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            parts.append(try Self.decoded(part, plusIsSpace: false))
        }
        if parts.last == "" { parts.removeLast() }
        self.parts = parts
        pairs = try halves.count > 1 ? Self.list(halves[1]) : []
    }

    /// The query's parameters by name, each once.
    ///
    /// - Throws: ``Problem`` for a parameter that comes twice, or too many.
    func query() throws(Problem) -> [String: String] { try Self.unique(pairs) }

    /// The pairs of a form's body by name, each once.
    static func pairs(_ text: some StringProtocol) throws(Problem) -> [String: String] { try unique(list(text)) }

    private static func unique(_ list: [(name: String, value: String)]) throws(Problem) -> [String: String] {
        var pairs: [String: String] = [:]
        for (name, value) in list {
            guard pairs.updateValue(value, forKey: name) == nil else {
                throw Problem(.badRequest, "the parameter \(name.quoted) comes twice; give it once")
            }
        }
        guard pairs.count <= mostParameters else {
            throw Problem(.badRequest, "there are more than \(mostParameters) parameters")
        }
        return pairs
    }

    /// The pairs of a query or of a form's body, in their order.
    static func list(_ text: some StringProtocol) throws(Problem) -> [(name: String, value: String)] {
        var list: [(name: String, value: String)] = []
        for pair in text.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try decoded(halves[0], plusIsSpace: true)
            let value = try halves.count > 1 ? decoded(halves[1], plusIsSpace: true) : ""
            list.append((name, value))
            guard list.count <= longestList else {
                throw Problem(.badRequest, "there are more than \(longestList) parameters")
            }
        }
        return list
    }

    private static func decoded(_ text: some StringProtocol, plusIsSpace: Bool) throws(Problem) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        func digit(_ byte: UInt8?) -> UInt8? {
            byte.flatMap { Character(UnicodeScalar($0)).hexDigitValue }.map { UInt8($0) }
        }
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = digit(rest.next()), let low = digit(rest.next()) else {
                    throw Problem(
                        .badRequest, "a '%' is followed by two hexadecimal digits; write '%25' for the sign itself")
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Problem(.badRequest, "the address is not UTF-8, or has a zero byte")
        }
        return decoded
    }
}
