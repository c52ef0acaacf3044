internal import Avro

/// Flags of `diaSource` that are read as ``PointMarks``.
///
/// Flags of the whole footprint (`pixelFlags_saturated`, ...) are not: they say little of the flux at the centre. Nor are
/// interpolated pixels, whose values are estimated.
///
/// Source: lsst.alert.packet schema 11.1; a version that lacks a flag leaves its mark off.
enum LSSTFlag: String, CaseIterable {
    case psfFlux_flag
    case pixelFlags_bad, pixelFlags_nodataCenter, pixelFlags_edge, pixelFlags_offimage
    case pixelFlags_saturatedCenter, pixelFlags_crCenter, pixelFlags_suspectCenter
    case pixelFlags_injected, pixelFlags_injectedCenter, pixelFlags_injected_template
    case pixelFlags_injected_templateCenter
    case pixelFlags_streakCenter, glint_trail

    var mark: PointMarks {
        switch self {
        case .psfFlux_flag: .badFlux
        case .pixelFlags_bad, .pixelFlags_nodataCenter, .pixelFlags_edge, .pixelFlags_offimage: .badPixels
        case .pixelFlags_saturatedCenter: .saturated
        case .pixelFlags_crCenter: .cosmicRay
        case .pixelFlags_suspectCenter: .suspect
        case .pixelFlags_injected, .pixelFlags_injectedCenter, .pixelFlags_injected_template,
            .pixelFlags_injected_templateCenter:
            .injected
        case .pixelFlags_streakCenter, .glint_trail: .streak
        }
    }

    /// The marks of a source.
    ///
    /// - Parameters:
    ///   - body: The record's bytes.
    ///   - withdrawn: `timeWithdrawnMjdTai`.
    ///   - value: The source's value of each flag, by its place in `allCases`.
    /// - Returns: The marks whose flags are set.
    static func marks(
        in body: ArraySlice<UInt8>, withdrawn: AvroScalar, _ value: (Int) -> AvroScalar
    ) -> PointMarks {
        var marks = Self.withdrawn(withdrawn, in: body)
        for (index, mark) in all.enumerated() where value(index).flag(in: body) == true { marks.insert(mark) }
        return marks
    }

    /// `timeWithdrawnMjdTai` of a source or a forced measurement; null, or 0 in early schemas, where it stands.
    static func withdrawn(_ time: AvroScalar, in body: ArraySlice<UInt8>) -> PointMarks {
        (time.number(in: body) ?? 0) > 0 ? .withdrawn : []
    }

    private static let all = allCases.map(\.mark)
}
