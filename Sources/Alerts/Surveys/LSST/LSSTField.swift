/// The fields of an LSST packet that an ``Alert`` is made of, each with its path in the packet.
///
/// Source: lsst.alert.packet schemas 7.0 to 11.1. Where versions name a field differently, both names are columns, and
/// the one the packet's schema has is read.
enum LSSTField: Int, CaseIterable {
    case diaSourceId, midpointMjdTai, ra, dec, psfFlux, psfFluxErr, band, reliability, diaObjectId, ssObjectId
    case isNegative, is_negative
    case timeWithdrawnMjdTai, psfFlux_flag, pixelFlags_bad, pixelFlags_nodataCenter, pixelFlags_edge,
        pixelFlags_offimage
    case pixelFlags_saturatedCenter, pixelFlags_crCenter, pixelFlags_suspectCenter, pixelFlags_injected
    case pixelFlags_injectedCenter, pixelFlags_injected_template, pixelFlags_injected_templateCenter
    case pixelFlags_streakCenter, glint_trail
    case nearbyObj1Dist, nearbyObj1LnP
    case ssSourceObjectId, designation, ephOffset, ephVmag, diaDistanceRank
    case cutoutScience, cutoutTemplate, cutoutDifference
    case exposureTime, visit

    var path: String {
        switch self {
        case .nearbyObj1Dist, .nearbyObj1LnP: "diaObject.\(self)"
        case .ssSourceObjectId: "ssSource.ssObjectId"
        case .designation, .ephOffset, .ephVmag, .diaDistanceRank: "ssSource.\(self)"
        case .cutoutScience, .cutoutTemplate, .cutoutDifference: "\(self)"
        default: "diaSource.\(self)"
        }
    }
}

/// The fields kept of each entry of `prvDiaSources`, with the kinds of their columns.
enum LSSTHistoryField: Int, HistoryField {
    case diaSourceId, midpointMjdTai, band, ra, dec, psfFlux, psfFluxErr, isNegative, is_negative, reliability
    case visit, detector, diaObjectId, ssObjectId, snr, apFlux, apFluxErr, scienceFlux, scienceFluxErr, extendedness
    case timeWithdrawnMjdTai, psfFlux_flag, pixelFlags_bad, pixelFlags_nodataCenter, pixelFlags_edge,
        pixelFlags_offimage
    case pixelFlags_saturatedCenter, pixelFlags_crCenter, pixelFlags_suspectCenter, pixelFlags_injected
    case pixelFlags_injectedCenter, pixelFlags_injected_template, pixelFlags_injected_templateCenter
    case pixelFlags_streakCenter, glint_trail
    case pixelFlags, pixelFlags_cr, pixelFlags_nodata, pixelFlags_interpolated, pixelFlags_interpolatedCenter
    case pixelFlags_saturated, pixelFlags_suspect, pixelFlags_streak, isDipole
    case templateFlux, templateFluxErr, timeProcessedMjdTai, time_processed
    case centroid_flag, apFlux_flag, shape_flag, forced_PsfFlux_flag, forced_PsfFlux_flag_edge
    case trailLength, trail_flag, trail_flag_edge
    case dipoleMeanFlux, dipoleFluxDiff, dipoleLength

    static let list = "prvDiaSources"

    var kind: AlertColumn.Kind {
        switch self {
        case .diaSourceId, .isNegative, .is_negative, .visit, .detector, .diaObjectId, .ssObjectId: .integer
        case .glint_trail, .isDipole, .time_processed: .integer
        case .band: .text
        default: "\(self)".hasPrefix("pixelFlags") || "\(self)".contains("_flag") ? .integer : .real
        }
    }
}

/// The fields kept of each entry of `prvDiaForcedSources`, with the kinds of their columns.
enum LSSTForcedField: Int, HistoryField {
    case midpointMjdTai, band, psfFlux, psfFluxErr, diaForcedSourceId, diaObjectId, visit, detector, ra, dec
    case scienceFlux, scienceFluxErr, timeWithdrawnMjdTai

    static let list = "prvDiaForcedSources"

    var kind: AlertColumn.Kind {
        switch self {
        case .diaForcedSourceId, .diaObjectId, .visit, .detector: .integer
        case .band: .text
        default: .real
        }
    }
}

/// The fields of each entry of `prvDiaNondetectionLimits`, which schema 8.0 dropped.
enum LSSTLimitField: Int, HistoryField {
    case midpointMjdTai, band, diaNoise, ccdVisitId

    static let list = "prvDiaNondetectionLimits"

    var kind: AlertColumn.Kind {
        switch self {
        case .ccdVisitId: .integer
        case .band: .text
        default: .real
        }
    }
}
