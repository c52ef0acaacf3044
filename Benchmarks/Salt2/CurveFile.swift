import Foundation
import Salt2

/// Light curves as JSON Lines, in the form of the reference files.
enum CurveFile {
    static func read(_ path: String) throws -> [Curve] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { line in
            guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let truth = object["truth"] as? [String: Any], let times = object["mjd"] as? [Double],
                let bands = object["band"] as? [String], let flux = object["flux"] as? [Double],
                let errors = object["fluxerr"] as? [Double], let zp = object["zp"] as? Double
            else { return nil }
            func number(_ name: String) -> Double { truth[name] as? Double ?? .nan }
            let law = MilkyWayDust.Law(rawValue: object["dust"] as? String ?? "none") ?? .none
            return Curve(
                id: object["id"] as? String ?? "",
                truth: Salt2Parameters(
                    z: number("z"), t0: number("t0"), x0: number("x0"), x1: number("x1"), c: number("c")),
                dust: MilkyWayDust(law: law, mwebv: object["mwebv"] as? Double ?? 0),
                points: times.indices.map {
                    PhotometricPoint(
                        mjd: times[$0], bandpass: bands[$0], flux: flux[$0], fluxError: errors[$0], zeroPoint: zp)
                })
        }
    }

    /// Writes light curves with what their fits took and reached, one list of fits a mode.
    static func write(_ curves: [Curve], _ fits: [FitMode: [TimedFit]], to path: String) throws {
        let lines = try curves.enumerated().map { index, curve in
            let own = fits.map { mode, fits in
                (mode.rawValue, ["ms": fits[index].milliseconds, "chisq": fits[index].chisq])
            }
            let truth = Salt2Parameters.names.enumerated().map { ($1, curve.truth[$0]) }
            let object: [String: Any] = [
                "id": curve.id, "dust": curve.dust.law.rawValue, "mwebv": curve.dust.mwebv, "zp": 25, "zpsys": "ab",
                "truth": Dictionary(uniqueKeysWithValues: truth), "mjd": curve.points.map(\.mjd),
                "band": curve.points.map(\.bandpass), "flux": curve.points.map(\.flux),
                "fluxerr": curve.points.map(\.fluxError), "nightjar": Dictionary(uniqueKeysWithValues: own),
            ]
            return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
        }
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}
