internal import Alerts
internal import Foundation

/// A filter of LSST's camera, with what a visit reaches in it.
enum LSSTBand: Int, CaseIterable, Sendable {
    case u, g, r, i, z, y

    /// As `band` has it.
    var letter: [UInt8] { Self.letters[rawValue] }

    private static let letters = allCases.map { Array("\($0)".utf8) }

    /// The curve's name among the models' bandpasses.
    var bandpass: String { Self.names[rawValue] }

    private static let names = [Bandpass.lsstu, .lsstg, .lsstr, .lssti, .lsstz, .lssty].map(\.name)

    /// Median 5-sigma limit of a difference image, AB mag.
    ///
    /// Source: baseline v3.4 of the cadence simulations, less 0.1 to 0.4 mag for noise of the template.
    var depth: Double {
        switch self {
        case .u: 23.7
        case .g: 24.7
        case .r: 24.3
        case .i: 23.8
        case .z: 23.1
        case .y: 22.2
        }
    }

    /// Seconds.
    var exposureTime: Double { self == .u ? 38 : 30 }

    /// The flux of an AB magnitude, nJy.
    static func flux(magnitude: Double) -> Double { pow(10, 0.4 * (31.4 - magnitude)) }
}
