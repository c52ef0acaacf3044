internal import Avro

/// What ZTF says against a forced measurement.
///
/// Source: "A New Forced Photometry Service for ZTF" (Masci et al. 2023, arXiv:2305.16279), whose advice is to use
/// `procstatus` 0, `scisigpix` of at most 25 DN, and `sciinpseeing` of at most 4.
enum ZTFMarks {
    private static let mostNoise = 25.0
    private static let mostSeeing = 4.0

    static func marks(
        in body: ArraySlice<UInt8>, procstatus: AvroScalar, scisigpix: AvroScalar, sciinpseeing: AvroScalar
    ) -> PointMarks {
        var marks: PointMarks = []
        if !saysNoWarning(procstatus, in: body) { marks.insert(.processing) }
        if let noise = scisigpix.ztfNumber(in: body), noise > mostNoise { marks.insert(.noisy) }
        if let seeing = sciinpseeing.ztfNumber(in: body), seeing > mostSeeing { marks.insert(.badSeeing) }
        return marks
    }

    /// `0`, or nothing at all; several codes stand with commas between them.
    private static func saysNoWarning(_ status: AvroScalar, in body: ArraySlice<UInt8>) -> Bool {
        if let text = status.text(in: body), text.count == 1, text.first == UInt8(ascii: "0") { return true }
        return status.saysNone(in: body) || status.number(in: body) == 0
    }
}
