/// Where a telescope stands.
public struct ObservingSite: Sendable, Hashable {
    /// As people call it: `Palomar`.
    public let name: String
    /// Longitude, degrees, east positive (WGS 84).
    public let longitude: Double
    /// Latitude, degrees, north positive (WGS 84).
    public let latitude: Double
    /// Height above the ellipsoid, m.
    public let height: Double

    /// A site.
    public init(name: String, longitude: Double, latitude: Double, height: Double) {
        self.name = name
        self.longitude = longitude
        self.latitude = latitude
        self.height = height
    }
}

extension ObservingSite {
    /// Palomar, the Samuel Oschin telescope.
    ///
    /// Source: the Minor Planet Center's list of observatory codes, I41, to 0.001 degrees.
    public static let palomar = ObservingSite(name: "Palomar", longitude: -116.8612, latitude: 33.3573, height: 1_675)
    /// Cerro Pachón, the Simonyi Survey Telescope.
    ///
    /// Source: Rubin Observatory, as astropy's `rubin` site has it, to 0.001 degrees.
    public static let cerroPachon = ObservingSite(
        name: "Cerro Pachón", longitude: -70.7494, latitude: -30.2446, height: 2_663)
}
