package import Alerts
internal import Avro
internal import Foundation
internal import Salt2

/// A fit as a table's row and a message's record: one list of columns serves both.
///
/// The first 41 columns are the original broker's, in its order; `plot_lc_path` stands for its `plot_lc_bytes`.
package struct Salt2Row {
    package enum Value: Hashable {
        case text(String?)
        case integer(Int64?)
        case real(Double?)
    }

    package struct Column {
        package enum Kind { case text, integer, real }
        package let name: String
        package let kind: Kind

        package var sqlType: String {
            switch kind {
            case .text: "TEXT"
            case .integer: "INTEGER"
            case .real: "REAL"
            }
        }

        var avroType: String {
            switch kind {
            case .text: "string"
            case .integer: "long"
            case .real: "double"
            }
        }
    }

    package static let columns: [Column] = {
        let parameters = Salt2Parameters.names
        var columns = [Column(name: "objectId", kind: .text)]
        columns += ["candid", "success", "ncall"].map { Column(name: $0, kind: .integer) }
        columns += [Column(name: "chisq", kind: .real), Column(name: "ndof", kind: .integer)]
        columns += parameters.flatMap { [$0, "\($0)_err"] }.map { Column(name: $0, kind: .real) }
        columns += parameters.flatMap { row in parameters.map { "\(row)_\($0)_cov" } }
            .map { Column(name: $0, kind: .real) }
        columns += ["plot_lc_path", "reason", "detail", "model"].map { Column(name: $0, kind: .text) }
        columns += ["mwebv", "fit_probability", "phase_first", "phase_last", "jd"].map { Column(name: $0, kind: .real) }
        columns += ["night", "z_known", "n_points", "n_used", "n_forced"].map { Column(name: $0, kind: .integer) }
        columns += ["bands", "bands_left_out", "at_bound"].map { Column(name: $0, kind: .text) }
        columns += (["chisq"] + parameters).map { Column(name: "second_\($0)", kind: .real) }
        columns += [Column(name: "quality", kind: .text), Column(name: "n_marked", kind: .integer)]
        return columns
    }()

    package let values: [Value]

    /// - Parameters:
    ///   - alert: What was fitted.
    ///   - result: What came of it.
    ///   - path: The picture, below the data folder.
    package init(_ alert: Alert, _ result: SupernovaFit, path: String?) {
        let fit = result.fit
        var values: [Value] = [
            .text(alert.objectId), .integer(alert.id), .integer(result.success ? 1 : 0), .integer(Int64(fit.ncall)),
            .real(fit.chisq), .integer(fit.chisq.isFinite ? Int64(fit.ndof) : nil),
        ]
        let names = Salt2Parameters.names
        for (index, name) in names.enumerated() {
            values += [.real(fit.parameters[index]), .real(fit.error(of: name))]
        }
        for row in names {
            for column in names { values.append(.real(Self.covariance(fit, row, column))) }
        }
        values += [.text(path), .text(result.reason), .text(result.detail), .text(fit.model.isEmpty ? nil : fit.model)]
        values += [
            .real(result.mwebv), .real(fit.fitProbability), .real(fit.phaseRange?.lowerBound),
            .real(fit.phaseRange?.upperBound), .real(alert.detection.epoch.jd),
        ]
        let points = result.light.points
        let used = zip(points, fit.isUsed).filter(\.1).map(\.0)
        let forced = zip(result.light.isForced, fit.isUsed).count { $0 && $1 }
        values += [alert.night, result.isRedshiftKnown ? 1 : 0, points.count, used.count, forced].map {
            .integer(Int64($0))
        }
        let leftOut = Set(result.light.fitted.map(\.bandpass)).subtracting(fit.bands)
        values += [fit.bands.sorted(), leftOut.sorted(), fit.atBound].map { .text($0.joined(separator: ",")) }
        values.append(.real(fit.secondMinimum?.chisq))
        values += names.indices.map { .real(fit.secondMinimum?.parameters[$0]) }
        values += [
            .text(result.quality?.rawValue), .integer(Int64(result.light.marks.count { !$0.isEmpty })),
        ]
        self.values = values
    }

    private static func covariance(_ fit: Salt2Fit, _ row: String, _ column: String) -> Double? {
        guard let first = fit.names.firstIndex(of: row), let second = fit.names.firstIndex(of: column),
            first < fit.covariance.count
        else { return nil }
        let value = fit.covariance[first][second]
        return value.isFinite ? value : nil
    }

    // MARK: - The message's record

    static var avroFields: String {
        columns.map { #"{"name": "\#($0.name)", "type": ["null", "\#($0.avroType)"], "default": null}"# }
            .joined(separator: ", ")
    }

    func encode(into encoder: inout BinaryEncoder) {
        for value in values {
            switch value {
            case .text(let text?):
                encoder.branch(1)
                encoder.string(text)
            case .integer(let number?):
                encoder.branch(1)
                encoder.long(number)
            case .real(let number?) where number.isFinite:
                encoder.branch(1)
                encoder.double(number)
            default: encoder.branch(0)
            }
        }
    }
}
