/// Renumbers the names in an SVG file of cairo.
enum SVGNames {
    /// cairo numbers surfaces and images per process; they are renumbered per file, so that equal plots have equal bytes.
    static func numbered(_ file: [UInt8]) -> [UInt8] {
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        var result: [UInt8] = []
        result.reserveCapacity(file.count)
        var at = 0
        while at < file.count {
            let rest = file[at...]
            // A name begins after the quotation mark of `id="..."`, or the `#` of a reference to it.
            guard file[at] == UInt8(ascii: "\"") || file[at] == UInt8(ascii: "#"),
                let kind = kinds.first(where: { rest.dropFirst().starts(with: $0) })
            else {
                result.append(file[at])
                at += 1
                continue
            }
            let digits = rest.dropFirst(1 + kind.count).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            result += rest.prefix(1 + kind.count)
            at += 1 + kind.count + digits.count
            guard !digits.isEmpty else { continue }
            let number = numbers[kind + digits] ?? numbers.count + 1
            numbers[kind + digits] = number
            result += Array(String(number).utf8)
        }
        return result
    }

    private static let kinds: [ArraySlice<UInt8>] = ["surface", "image"].map { Array($0.utf8)[...] }
}
