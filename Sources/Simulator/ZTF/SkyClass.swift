/// What a simulated object is.
package enum SkyClass: String, Sendable, CaseIterable {
    case star, asteroid, bogus, agn, supernova, cataclysmic

    /// Its share of a night's alerts. The first three are those of an unbiased real sample; the rest share what is left.
    var share: Double {
        switch self {
        case .star: 0.52
        case .asteroid: 0.29
        case .bogus: 0.06
        case .agn: 0.095
        case .supernova: 0.025
        case .cataclysmic: 0.01
        }
    }

    init(_ number: Double) {
        var rest = number
        for kind in Self.allCases {
            rest -= kind.share
            if rest < 0 {
                self = kind
                return
            }
        }
        self = .star
    }
}
