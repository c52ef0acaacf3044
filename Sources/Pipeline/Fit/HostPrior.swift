package import Alerts
internal import Catalogues
package import Salt2

extension HostFinder {
    /// Nearer galaxies say nothing of a redshift: their own motions are a third of it, and their 30 kpc cover so much of the sky that
    /// most are in front of the supernova (docs/salt2.md).
    package static let leastRedshift = 0.003

    /// What the host of an alert says of its redshift; `nil` where it has none, or is beyond the survey's fits.
    package func redshift(of alert: Alert) -> RedshiftPrior? {
        guard let ra = alert.detection.ra, let dec = alert.detection.dec,
            let galaxy = host(ra: ra, dec: dec, where: { ($0.redshift ?? 1) >= Self.leastRedshift })?.galaxy,
            let z = galaxy.redshift, z <= alert.survey.redshifts.upperBound
        else { return nil }
        return RedshiftPrior(hostRedshift: z, isOfDistance: galaxy.isRedshiftOfDistance)
    }
}

extension RedshiftPrior {
    /// What a host's redshift says of its supernova's.
    ///
    /// One standard deviation is 300 km/s for how both move, and with it 0.001 (1 + z) of a measured redshift, or a tenth of one that
    /// follows from a distance.
    ///
    /// - Parameters:
    ///   - redshift: The host's redshift.
    ///   - isOfDistance: Whether it follows from a distance.
    package init(hostRedshift redshift: Double, isOfDistance: Bool) {
        let (motion, own) = (300 / 299_792.458, isOfDistance ? 0.1 * redshift : 0.001 * (1 + redshift))
        self.init(mean: redshift, sigma: (motion * motion + own * own).squareRoot())
    }
}
