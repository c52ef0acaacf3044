/// Random numbers that depend on nothing but a seed and a few numbers that say what they are for.
///
/// Source: SplitMix64, Steele, Lea & Flood 2014, OOPSLA 49, 453.
struct SeededRandom {
    private var state: UInt64

    /// The stream of a purpose, such as an object's number and an epoch's; other numbers give other streams.
    init(seed: UInt64, _ purpose: UInt64...) {
        state = seed
        for number in purpose {
            state = Self.mix(state &+ 0x9E37_79B9_7F4A_7C15) ^ Self.mix(number &+ 0xD1B5_4A32_D192_ED03)
        }
    }

    /// The stream of a purpose, of a key that is as random as this makes them.
    init(key: UInt64, _ purpose: UInt64) {
        state = Self.mix(key &+ 0x9E37_79B9_7F4A_7C15) ^ Self.mix(purpose &+ 0xD1B5_4A32_D192_ED03)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// Evenly in 0..<1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    mutating func int(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// Of mean 0 and width 1, close to normal: the count of 40 random bits, smoothed by 24 more. It costs one number and
    /// no logarithm, and three images of noise take 12,000 of them.
    mutating func normal() -> Double {
        let bits = next()
        let count = Double((bits >> 24).nonzeroBitCount) - 20
        let fraction = Double(bits & 0xFF_FFFF) * 0x1p-24 - 0.5
        return (count + fraction) / 10.083_333_333_333_334.squareRoot()
    }
}
