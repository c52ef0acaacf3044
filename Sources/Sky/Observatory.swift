/// A place from which the sky is observed.
package struct Observatory: Sendable, Hashable {
    /// A short word, such as `paranal`; empty for a place that has no name here.
    package let name: String
    /// As people call it.
    package let title: String
    /// Degrees, east positive, WGS 84.
    package let longitude: Double
    /// Degrees, north positive, WGS 84.
    package let latitude: Double
    /// Above the ellipsoid, m.
    package let height: Double

    /// A place.
    package init(name: String = "", title: String, longitude: Double, latitude: Double, height: Double) {
        (self.name, self.title) = (name, title)
        (self.longitude, self.latitude, self.height) = (longitude, latitude, height)
    }

    private init(_ name: String, _ title: String, _ longitude: Double, _ latitude: Double, _ height: Double) {
        self.init(name: name, title: title, longitude: longitude, latitude: latitude, height: height)
    }

    /// - Returns: The observatory of a ``name``; `nil` for none of ``all``.
    package static func named(_ name: String) -> Observatory? { all.first { $0.name == name } }

    /// Observatories by their names.
    ///
    /// Source: astropy's list of sites, and for those that it lacks the observatories' own pages; to 0.02 degrees, which a plot of
    /// altitudes does not show. Heights above the sea are taken for those above the ellipsoid.
    package static let all: [Observatory] = [
        Observatory("apache-point", "Apache Point, New Mexico", -105.8200, 32.7800, 2_798),
        Observatory("asiago", "Asiago, Cima Ekar", 11.5690, 45.8486, 1_376),
        Observatory("calar-alto", "Calar Alto", -2.5461, 37.2236, 2_168),
        Observatory("cerro-pachon", "Cerro Pachón (Rubin, Gemini South, SOAR)", -70.7494, -30.2446, 2_663),
        Observatory("cerro-tololo", "Cerro Tololo (CTIO)", -70.8150, -30.1653, 2_215),
        Observatory("devasthal", "Devasthal", 79.6844, 29.3611, 2_450),
        Observatory("haleakala", "Haleakalā", -156.1690, 20.7155, 3_048),
        Observatory("hanle", "Hanle (IAO)", 78.9642, 32.7794, 4_500),
        Observatory("haute-provence", "Haute-Provence (OHP)", 5.7133, 43.9308, 650),
        Observatory("javalambre", "Javalambre (OAJ)", -1.0161, 40.0420, 1_956),
        Observatory("kitt-peak", "Kitt Peak", -111.6000, 31.9633, 2_120),
        Observatory("konkoly", "Konkoly, Piszkéstető", 19.8950, 47.9183, 944),
        Observatory("la-palma", "La Palma, Roque de los Muchachos", -17.8800, 28.7583, 2_327),
        Observatory("la-silla", "La Silla", -70.7300, -29.2567, 2_347),
        Observatory("las-campanas", "Las Campanas", -70.7017, -29.0033, 2_282),
        Observatory("lick", "Lick", -121.6367, 37.3433, 1_290),
        Observatory("lijiang", "Lijiang, Gaomeigu", 100.0300, 26.6950, 3_193),
        Observatory("lowell", "Lowell Discovery Telescope", -111.4225, 34.7443, 2_337),
        Observatory("lulin", "Lulin", 120.8736, 23.4686, 2_862),
        Observatory("mauna-kea", "Mauna Kea", -155.4747, 19.8260, 4_160),
        Observatory("mcdonald", "McDonald, Texas", -104.0217, 30.6717, 2_075),
        Observatory("mmt", "Mount Hopkins (MMT)", -110.8850, 31.6883, 2_608),
        Observatory("mount-graham", "Mount Graham (LBT)", -109.8719, 32.7016, 2_902),
        Observatory("mount-john", "Mount John, New Zealand", 170.4651, -43.9857, 1_029),
        Observatory("okayama", "Okayama", 133.5940, 34.5771, 370),
        Observatory("palomar", "Palomar (ZTF)", -116.8612, 33.3573, 1_675),
        Observatory("paranal", "Paranal", -70.4050, -24.6274, 2_669),
        Observatory("rozhen", "Rozhen", 24.7439, 41.6931, 1_759),
        Observatory("saao", "Sutherland (SAAO, SALT)", 20.8108, -32.3758, 1_798),
        Observatory("san-pedro-martir", "San Pedro Mártir", -115.4869, 31.0292, 2_830),
        Observatory("siding-spring", "Siding Spring", 149.0612, -31.2734, 1_149),
        Observatory("skinakas", "Skinakas", 24.8992, 35.2119, 1_750),
        Observatory("teide", "Teide, Tenerife", -16.5097, 28.3000, 2_390),
        Observatory("thai-national", "Thai National Observatory, Doi Inthanon", 98.4867, 18.5906, 2_457),
        Observatory("tubitak", "TÜBİTAK National Observatory", 30.3356, 36.8242, 2_500),
        Observatory("wise", "Wise, Mitzpe Ramon", 34.7622, 30.5974, 875),
        Observatory("xinglong", "Xinglong", 117.5750, 40.3933, 950),
    ]
}
