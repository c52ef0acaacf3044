/// An AB magnitude of a difference-image source, always of its absolute flux: the sign stands beside it.
public struct Magnitude: Sendable, Hashable {
    /// AB mag.
    public let value: Double
    /// One standard deviation, mag.
    public let error: Double?

    /// A magnitude with one standard deviation.
    public init(value: Double, error: Double?) {
        self.value = value
        self.error = error
    }
}

/// A flux density of a difference-image source, signed.
public struct FluxDensity: Sendable, Hashable {
    /// AB magnitude of 1 nJy.
    public static let zeroPoint = 31.4

    /// nJy.
    public let nanojansky: Double
    /// One standard deviation, nJy.
    public let error: Double?

    /// A flux density, nJy, with one standard deviation.
    public init(nanojansky: Double, error: Double?) {
        self.nanojansky = nanojansky
        self.error = error
    }
}

/// How bright a source is, in the quantity that its survey measures.
public enum Brightness: Sendable, Hashable {
    case magnitude(Magnitude)
    case flux(FluxDensity)
}
