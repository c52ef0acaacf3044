package import Alerts
internal import Foundation
internal import JSON
internal import Pipeline

/// An object as JSON: ids as strings, times as MJD in TAI and in the survey's own scale, fluxes in nJy.
package struct ObjectJSON: Encodable {
    private let object: ObjectRecord

    /// The JSON of an object.
    package init(object: ObjectRecord) { self.object = object }

    private enum Key: CodingKey {
        case survey, objectId, ra, dec, time_scale, joined, alerts, detections, forced, limits, withdrawn, fits
    }

    /// One object.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(object.survey.name, forKey: .survey)
        try members.encode(object.name, forKey: .objectId)
        try members.encode(object.position?.ra, forKey: .ra)
        try members.encode(object.position?.dec, forKey: .dec)
        try members.encode(object.survey.time.scale.jsonName, forKey: .time_scale)
        try members.encode(object.joined.map { Joined(joined: $0) }, forKey: .joined)
        try members.encode(object.alerts.map { AlertRow(alert: $0) }, forKey: .alerts)
        let points = Self.points(object.lightCurve, object.owners)
        try members.encode(points.detections, forKey: .detections)
        try members.encode(points.forced, forKey: .forced)
        try members.encode(
            zip(object.lightCurve.upperLimits, object.owners.upperLimits).map { Limit(limit: $0, objectId: $1) },
            forKey: .limits)
        let withdrawn = Self.points(object.withdrawn, object.withdrawnOwners)
        try members.encode(withdrawn.detections + withdrawn.forced, forKey: .withdrawn)
        try members.encode(object.fits.map { Fit(fit: $0) }, forKey: .fits)
    }

    private static func points(
        _ curve: LightCurve, _ owners: ObjectRecord.Owners
    ) -> (detections: [Point], forced: [Point]) {
        (
            zip(curve.detections, owners.detections).map { Point($0, of: $1) },
            zip(curve.forced, owners.forced).map { Point($0, of: $1) }
        )
    }

    /// Another id of the same place.
    private struct Joined: Encodable {
        let joined: ObjectRecord.Joined
        private enum Key: CodingKey { case objectId, distance_arcsec }

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Key.self)
            try members.encode(joined.name, forKey: .objectId)
            try members.encode(joined.distance, forKey: .distance_arcsec)
        }
    }

    private struct AlertRow: Encodable {
        let alert: ObjectRecord.AlertRow
        private enum Key: CodingKey {
            case id, objectId, mjd, mjd_tai, night, ra, dec, data_kind, data, passed, verdict
        }

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Key.self)
            try members.encode(String(alert.id), forKey: .id)
            try members.encode(alert.object, forKey: .objectId)
            try members.encode(alert.epoch.mjd, forKey: .mjd)
            try members.encode(alert.epoch.mjdTAI, forKey: .mjd_tai)
            try members.encode(alert.night, forKey: .night)
            try members.encode(alert.ra, forKey: .ra)
            try members.encode(alert.dec, forKey: .dec)
            try members.encode(alert.dataKind.rawValue, forKey: .data_kind)
            try members.encode(alert.folder, forKey: .data)
            try members.encode(alert.passed, forKey: .passed)
            var verdict = members.nestedContainer(keyedBy: NamedKey.self, forKey: .verdict)
            for (name, passed) in alert.verdict { try verdict.encode(passed, forKey: NamedKey(name)) }
        }
    }

    /// A detection or a forced measurement; what does not apply is null.
    private struct Point: Encodable {
        let id: String?
        let objectId: String
        let mjd, mjd_tai: Double
        let bandpass: String?
        let mag, mag_err, flux_njy, flux_err_njy: Double?
        let is_positive: Bool?
        let ra, dec: Double?
        let real_bogus: Float?
        let marks: [String]

        init(_ detection: Detection, of owner: String) {
            objectId = owner
            id = detection.id.map { String($0) }
            (mjd, mjd_tai) = (detection.epoch.mjd, detection.epoch.mjdTAI)
            bandpass = detection.bandpass?.name
            let values = BrightnessValues(detection.brightness)
            (mag, mag_err, flux_njy, flux_err_njy) = (values.mag, values.magError, values.flux, values.fluxError)
            is_positive = detection.isPositive
            (ra, dec, real_bogus) = (detection.ra, detection.dec, detection.realBogus)
            marks = detection.marks.names
        }

        init(_ forced: ForcedMeasurement, of owner: String) {
            objectId = owner
            id = nil
            (mjd, mjd_tai) = (forced.epoch.mjd, forced.epoch.mjdTAI)
            bandpass = forced.bandpass?.name
            (mag, mag_err) = (nil, nil)
            (flux_njy, flux_err_njy) = (forced.nanojansky?.flux, forced.nanojansky?.error)
            (is_positive, ra, dec, real_bogus) = (nil, nil, nil, nil)
            marks = forced.marks.names
        }

        private enum Key: CodingKey {
            case id, objectId, mjd, mjd_tai, bandpass, mag, mag_err, flux_njy, flux_err_njy, is_positive, ra, dec,
                real_bogus
            case marks
        }

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Key.self)
            try members.encode(id, forKey: .id)
            try members.encode(objectId, forKey: .objectId)
            try members.encode(mjd, forKey: .mjd)
            try members.encode(mjd_tai, forKey: .mjd_tai)
            try members.encode(bandpass, forKey: .bandpass)
            try members.encode(mag, forKey: .mag)
            try members.encode(mag_err, forKey: .mag_err)
            try members.encode(flux_njy, forKey: .flux_njy)
            try members.encode(flux_err_njy, forKey: .flux_err_njy)
            try members.encode(is_positive, forKey: .is_positive)
            try members.encode(ra, forKey: .ra)
            try members.encode(dec, forKey: .dec)
            try members.encode(real_bogus, forKey: .real_bogus)
            try members.encode(marks, forKey: .marks)
        }
    }

    /// A limit: a magnitude at 5 sigma, or one sigma of the noise.
    private struct Limit: Encodable {
        let limit: UpperLimit
        let objectId: String

        private enum Key: CodingKey { case objectId, mjd, mjd_tai, bandpass, limiting_mag_5_sigma, noise_njy_1_sigma }

        func encode(to encoder: any Encoder) throws {
            let values = BrightnessValues(limit.limit)
            var members = encoder.container(keyedBy: Key.self)
            try members.encode(objectId, forKey: .objectId)
            try members.encode(limit.epoch.mjd, forKey: .mjd)
            try members.encode(limit.epoch.mjdTAI, forKey: .mjd_tai)
            try members.encode(limit.bandpass?.name, forKey: .bandpass)
            try members.encode(values.mag, forKey: .limiting_mag_5_sigma)
            try members.encode(values.flux, forKey: .noise_njy_1_sigma)
        }
    }

    /// The columns of the table of fits.
    private struct Fit: Encodable {
        let fit: ObjectRecord.Fit

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: NamedKey.self)
            for (name, value) in fit.values {
                let key = NamedKey(name)
                switch value {
                case .text(let text): try members.encode(text, forKey: key)
                case .null: try members.encodeNil(forKey: key)
                case .boolean(let value): try members.encode(value, forKey: key)
                case .integer(let number) where name == "candid":
                    try members.encode(String(number), forKey: key)
                case .integer(let number): try members.encode(number, forKey: key)
                case .real(let number): try members.encode(number, forKey: key)
                }
            }
        }
    }
}

/// A brightness as the numbers that it is.
package struct BrightnessValues {
    /// AB magnitudes; `nil` for a flux.
    package private(set) var mag, magError: Double?
    /// nJy; `nil` for a magnitude.
    package private(set) var flux, fluxError: Double?

    /// The numbers of a brightness.
    package init(_ brightness: Brightness?) {
        switch brightness {
        case .magnitude(let magnitude): (mag, magError) = (magnitude.value, magnitude.error)
        case .flux(let density): (flux, fluxError) = (density.nanojansky, density.error)
        case nil: break
        }
    }
}

extension Epoch.Scale {
    /// `utc_start`: UTC, start of the exposure; `tai_middle`: TAI, its middle.
    package var jsonName: String {
        switch self {
        case .utcStart: "utc_start"
        case .taiMiddle: "tai_middle"
        }
    }
}

extension ForcedMeasurement {
    /// Its flux in nJy; `nil` where the survey's fit failed, or nothing says what its counts are.
    package var nanojansky: (flux: Double, error: Double?)? {
        guard let flux, let zeroPoint else { return nil }
        let scale = pow(10, 0.4 * (FluxDensity.zeroPoint - zeroPoint))
        return (flux * scale, fluxError.map { $0 * scale })
    }
}
