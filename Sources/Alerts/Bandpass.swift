/// A bandpass of a survey's camera.
public struct Bandpass: Sendable, Hashable {
    /// As the folder of bandpasses and sncosmo name it: `ztfg`, `lsstu`. At most 15 bytes, so that a copy costs nothing.
    public let name: String
    /// Whether `scripts/fetch-models` brings its curve, without which nothing in it can be fitted.
    package let hasCurve: Bool

    init(_ name: String, hasCurve: Bool = true) {
        self.name = name
        self.hasCurve = hasCurve
    }
}
