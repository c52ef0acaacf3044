/// Says when a disk gets full, and when intake must stop so that what was read can still be committed.
struct DiskWatch {
    /// What is to be done.
    enum Finding: Equatable {
        case goOn
        /// The disk gets full; said once.
        case low
        /// There is room again; said once.
        case ample
        /// Nothing more may be read.
        case exhausted
    }

    /// It is said early: the smaller one of 5 % of the disk and 20 GB above the reserve.
    private static let earlyShare = 0.05
    private static let earlyBytes: Int64 = 20_000_000_000
    /// Once it was exhausted or said, the room must be so much larger again.
    private static let margin = 1.2

    let reserve: DiskReserve
    private var isLow = false
    private(set) var isExhausted = false

    init(_ reserve: DiskReserve) { self.reserve = reserve }

    /// Below so many free bytes the disk counts as low.
    func early(_ disk: DiskState) -> Int64 {
        let reserve = reserve.bytes(of: disk.size)
        guard reserve > 0 else { return 0 }
        return reserve + min(Int64(Double(disk.size) * Self.earlyShare), Self.earlyBytes)
    }

    /// Takes what is free now.
    mutating func look(at disk: DiskState) -> Finding {
        let limit = reserve.bytes(of: disk.size)
        let wanted = isExhausted ? Int64(Double(limit) * Self.margin) : limit
        isExhausted = disk.free < wanted
        if isExhausted {
            isLow = true
            return .exhausted
        }
        let early = early(disk)
        if !isLow, disk.free < early {
            isLow = true
            return .low
        }
        if isLow, Double(disk.free) >= Double(early) * Self.margin {
            isLow = false
            return .ample
        }
        return .goOn
    }
}
