internal import Foundation

extension Asteroid {
    /// Sets the fields of `ssSource`.
    ///
    /// - Parameters:
    ///   - values: Receives them.
    ///   - source: The source that is linked to it.
    ///   - truth: Where the ephemeris has it, degrees.
    func fill(
        _ values: inout RecordValues<SSSourceField>, of source: DetectedSource, truth: (ra: Double, dec: Double)
    ) {
        let (ecliptic, galactic) = (SkyFrames.ecliptic(truth), SkyFrames.galactic(truth))
        let radius = Double.pi / 180
        let sun = a * (1 - e * e) / (1 + e * cos(anomaly * radius))
        let earth = max(0.05, sun - 0.98)
        let cosine = cos(truth.dec * radius)
        let (raOffset, decOffset) = ((source.ra - truth.ra) * cosine * 3600, (source.dec - truth.dec) * 3600)
        values.integer(.diaSourceId, source.id)
        values.integer(.ssObjectId, ssObjectId)
        values.text(.designation, designation.unpacked)
        values.number(.eclLambda, ecliptic.longitude)
        values.number(.eclBeta, ecliptic.latitude)
        values.number(.galLon, galactic.longitude)
        values.number(.galLat, galactic.latitude)
        values.number(.elongation, 180 - abs(anomaly) / 2)
        values.number(.phaseAngle, min(60, abs(anomaly) / 2 / sun))
        values.number(.topoRange, earth)
        values.number(.topoRangeRate, 0.1 * anomaly)
        values.number(.helioRange, sun)
        values.number(.helioRangeRate, 0.02 * anomaly)
        values.number(.ephRa, truth.ra)
        values.number(.ephDec, truth.dec)
        values.number(.ephVmag, magnitude + 0.2)
        values.number(.ephRate, (eastRate * eastRate + northRate * northRate).squareRoot())
        values.number(.ephRateRa, eastRate)
        values.number(.ephRateDec, northRate)
        values.number(.ephOffset, (raOffset * raOffset + decOffset * decOffset).squareRoot())
        values.number(.ephOffsetRa, raOffset)
        values.number(.ephOffsetDec, decOffset)
        let speed = max(1e-9, (eastRate * eastRate + northRate * northRate).squareRoot())
        values.number(.ephOffsetAlongTrack, (raOffset * eastRate + decOffset * northRate) / speed)
        values.number(.ephOffsetCrossTrack, (raOffset * northRate - decOffset * eastRate) / speed)
        let direction = (
            x: cosine * cos(truth.ra * radius), y: cosine * sin(truth.ra * radius), z: sin(truth.dec * radius)
        )
        values.number(.topo_x, earth * direction.x)
        values.number(.topo_y, earth * direction.y)
        values.number(.topo_z, earth * direction.z)
        values.number(.helio_x, sun * direction.x)
        values.number(.helio_y, sun * direction.y)
        values.number(.helio_z, sun * direction.z)
        values.number(.helio_vtot, 29.8 / sun.squareRoot())
        values.number(.topo_vtot, 15)
        values.integer(.diaDistanceRank, 1)
    }

    /// Sets the fields of `mpc_orbits`.
    func fill(_ values: inout RecordValues<OrbitField>) {
        let (unpacked, packed) = designation
        values.integer(.id, 0)
        values.text(.designation, unpacked)
        values.text(.packed_primary_provisional_designation, packed)
        values.text(.unpacked_primary_provisional_designation, unpacked)
        values.integer(.u_param, Int64(number % 7))
        values.integer(.nopp, Int64(2 + number % 9))
        values.integer(.nobs_total, Int64(30 + number % 900))
        values.number(.arc_length_total, Double(400 + number % 8000))
        values.number(.a, a)
        values.number(.q, a * (1 - e))
        values.number(.e, e)
        values.number(.i, i)
        values.number(.node, node)
        values.number(.argperi, argperi)
        values.number(.mean_anomaly, anomaly < 0 ? anomaly + 360 : anomaly)
        let years = a * a.squareRoot()
        values.number(.period, years)
        values.number(.mean_motion, 360 / (365.25 * years))
        values.number(.a_unc, 1e-7 * a)
        values.number(.e_unc, 1e-7)
        values.number(.i_unc, 1e-5)
        values.number(.epoch_mjd, 61_000)
        values.number(.h, magnitude - 5 * log10(a * max(0.1, a - 1)))
        values.number(.g, 0.15)
        values.number(.normalized_rms, 0.4)
        values.number(.earth_moid, max(0.001, a * (1 - e) - 1))
    }
}

/// Other coordinates of a place on the sky, degrees.
enum SkyFrames {
    private static let radian = Double.pi / 180

    /// Source: an obliquity of 23.4393 degrees, J2000.
    static func ecliptic(_ place: (ra: Double, dec: Double)) -> (longitude: Double, latitude: Double) {
        let (ra, dec, tilt) = (place.ra * radian, place.dec * radian, 23.4393 * radian)
        let latitude = asin(sin(dec) * cos(tilt) - cos(dec) * sin(tilt) * sin(ra))
        let longitude = atan2(sin(ra) * cos(tilt) + tan(dec) * sin(tilt), cos(ra))
        return (longitude < 0 ? longitude / radian + 360 : longitude / radian, latitude / radian)
    }

    /// Source: the pole at 192.85948, 27.12825 and the node at 122.93192 degrees, J2000.
    static func galactic(_ place: (ra: Double, dec: Double)) -> (longitude: Double, latitude: Double) {
        let (ra, dec) = ((place.ra - 192.85948) * radian, place.dec * radian)
        let pole = 27.12825 * radian
        let latitude = asin(sin(dec) * sin(pole) + cos(dec) * cos(pole) * cos(ra))
        let angle = atan2(cos(dec) * sin(ra), sin(dec) * cos(pole) - cos(dec) * sin(pole) * cos(ra))
        let longitude = (122.93192 - angle / radian).truncatingRemainder(dividingBy: 360)
        return (longitude < 0 ? longitude + 360 : longitude, latitude / radian)
    }
}
