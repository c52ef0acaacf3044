internal import JSON
internal import Salt2

/// The id of a line, which its answer gives back.
enum LineID: Encodable {
    case none
    case text(String)
    case integer(Int)
    case number(Double)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .none: try container.encodeNil()
        case .text(let text): try container.encode(text)
        case .integer(let number): try container.encode(number)
        case .number(let number): try container.encode(number)
        }
    }
}

/// The answer to a line that cannot be used.
struct RefusedLine: Encodable {
    let id: LineID
    let error: String
}

/// Fluxes and model errors, by band.
struct FluxAnswer: Encodable {
    let id: LineID
    /// Photons a second and square centimetre.
    var flux = OrderedMembers<[Double]>()
    /// At a zero point of 25 AB mag.
    var scaled = OrderedMembers<[Double]>()
    var variance = OrderedMembers<[Double]>()
    var dispersion = OrderedMembers<Double>()

    private enum CodingKeys: String, CodingKey {
        case id, flux
        case scaled = "flux_zp25ab"
        case variance = "rvar"
        case dispersion = "cdisp"
    }
}

/// A fit, with the field names of the project's reference files.
struct FitAnswer: Encodable {
    let id: LineID
    let fit: Salt2Fit
    /// Bands whose points were left out, since no bandpass has their name.
    let unknownBands: [String]

    private struct SecondMinimum: Encodable {
        let chisq: Double
        let parameters: OrderedMembers<Double>
    }

    private enum Key: String, CodingKey {
        case id, success, reason, chisq, ndof, ncall, parameters, errors, covariance, quality, names, model, bands
        case reasonCode = "reason_code"
        case fitProbability = "fit_probability"
        case pointsUsed = "points_used"
        case atBound = "at_bound"
        case redshiftErrorFrom = "z_error_from"
        case phaseRange = "phase_range"
        case secondMinimum = "second_minimum"
        case unknownBands = "unknown_bands"
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(id, forKey: .id)
        try members.encode(fit.success, forKey: .success)
        if let failure = fit.failure {
            try members.encode("\(failure)", forKey: .reason)
            try members.encode(failure.code, forKey: .reasonCode)
        }
        try members.encode(fit.chisq, forKey: .chisq)
        try members.encode(fit.ndof, forKey: .ndof)
        try members.encode(fit.ncall, forKey: .ncall)
        try members.encode(Self.members(of: fit.parameters), forKey: .parameters)
        try members.encode(OrderedMembers(zip(fit.names, fit.errors)), forKey: .errors)
        try members.encode(fit.covariance, forKey: .covariance)
        try members.encode(fit.quality?.rawValue, forKey: .quality)
        try members.encode(fit.names, forKey: .names)
        try members.encode(fit.fitProbability, forKey: .fitProbability)
        try members.encode(fit.model, forKey: .model)
        try members.encode(fit.bands, forKey: .bands)
        try members.encode(fit.pointsUsed, forKey: .pointsUsed)
        try members.encode(fit.atBound, forKey: .atBound)
        try members.encode(redshiftErrorFrom, forKey: .redshiftErrorFrom)
        if let range = fit.phaseRange {
            try members.encode([range.lowerBound, range.upperBound], forKey: .phaseRange)
        }
        if let second = fit.secondMinimum {
            try members.encode(
                SecondMinimum(chisq: second.chisq, parameters: Self.members(of: second.parameters)),
                forKey: .secondMinimum)
        }
        if !unknownBands.isEmpty { try members.encode(unknownBands, forKey: .unknownBands) }
    }

    /// `nil` where the redshift was given or has no error.
    private var redshiftErrorFrom: String? {
        guard fit.error(of: "z") != nil else { return nil }
        return fit.isRedshiftErrorFromProfile ? "profile" : "parabola"
    }

    private static func members(of parameters: Salt2Parameters) -> OrderedMembers<Double> {
        OrderedMembers(Salt2Parameters.names.enumerated().map { ($1, parameters[$0]) })
    }
}
