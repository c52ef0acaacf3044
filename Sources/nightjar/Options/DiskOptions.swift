internal import Broker
internal import Configuration

/// How much of the disk a run leaves free.
enum DiskOptions {
    static let reserve = Option<DiskReserve>(
        OptionDeclaration(
            name: "disk-reserve", valueName: "SIZE",
            help: """
                stays free on the disk, as 20GB, 500MB or 5%; intake stops before; 0 for no limit (the smaller one of 1 GB \
                and 2%)
                """, key: "diskReserve", kind: .text)
    ) { (text) throws(UsageError) in try parse(text) }

    private static let units: [(name: String, bytes: Double)] = [
        ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("KB", 1e3), ("B", 1), ("", 1),
    ]

    static func parse(_ text: String) throws(UsageError) -> DiskReserve {
        let wrong = UsageError("'\(text)': say a size as 20GB or 500MB, or a share as 5%")
        let unit = text.drop { $0.isASCII && ($0.isNumber || $0 == ".") }.drop { $0 == " " }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard digits.first?.isNumber == true, let number = Double(digits), number.isFinite else { throw wrong }
        if unit == "%" {
            guard number < 100 else { throw UsageError("'\(text)': a share of the disk is below 100%") }
            return .share(number / 100)
        }
        guard let factor = units.first(where: { $0.name == unit })?.bytes, number * factor < 1e18 else { throw wrong }
        return .bytes(Int64(number * factor))
    }
}
