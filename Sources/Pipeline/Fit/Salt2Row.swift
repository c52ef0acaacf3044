package import Alerts
internal import Avro
internal import Foundation
internal import Salt2

/// A fit as a row of a table and a record of a message: both have the same columns, in every store.
///
/// The first 41 columns are the original broker's, in its order, with `plot_lc_path` in place of `plot_lc_bytes`.
package struct Salt2Row {
    /// `<survey>_salt2`: a row for each alert that was fitted or could not be.
    package static let table = ProductTable(
        name: "salt2", columns: columns, keys: ["candid"], object: "objectId", time: "jd",
        summary: "SALT2 fits, a row for each alert that was fitted or could not be")

    /// `<survey>_salt2_refits`: fits to all that the tables had of an object when its alert was fitted again, which are beside the
    /// packets' own and never in their place.
    package static let refits = ProductTable(
        name: "salt2_refits", columns: columns + [ProductColumn("history", .text), ProductColumn("objects", .text)],
        keys: ["candid"], object: "objectId", time: "jd",
        summary: "SALT2 fits to the history that the tables had, a row for each alert that was fitted again")

    /// The columns; docs/tables.md has their units.
    package static let columns: [ProductColumn] = {
        let parameters = Salt2Parameters.names
        var columns = [ProductColumn("objectId", .text)]
        columns += ["candid", "success", "ncall"].map { ProductColumn($0, .integer) }
        columns += [ProductColumn("chisq", .real), ProductColumn("ndof", .integer)]
        columns += parameters.flatMap { [$0, "\($0)_err"] }.map { ProductColumn($0, .real) }
        columns += parameters.flatMap { row in parameters.map { "\(row)_\($0)_cov" } }
            .map { ProductColumn($0, .real) }
        columns += ["plot_lc_path", "reason", "detail", "model"].map { ProductColumn($0, .text) }
        columns += ["mwebv", "fit_probability", "phase_first", "phase_last", "jd"].map { ProductColumn($0, .real) }
        columns += ["night", "z_known", "n_points", "n_used", "n_forced"].map { ProductColumn($0, .integer) }
        columns += ["bands", "bands_left_out", "at_bound"].map { ProductColumn($0, .text) }
        columns += (["chisq"] + parameters).map { ProductColumn("second_\($0)", .real) }
        columns += [
            ProductColumn("quality", .text), ProductColumn("n_marked", .integer), ProductColumn("z_source", .text),
        ]
        return columns
    }()

    /// The values in the order of ``columns``.
    package let values: [ProductValue]

    /// The row of a fit.
    ///
    /// - Parameters:
    ///   - alert: The fitted alert.
    ///   - result: Its fit.
    ///   - path: The path or address of its plot; `nil` where there is none.
    package init(_ alert: Alert, _ result: SupernovaFit, path: String?) {
        let fit = result.fit
        var values: [ProductValue] = [
            ProductValue(alert.objectId), .integer(alert.id), .integer(result.success ? 1 : 0),
            .integer(Int64(fit.ncall)),
            ProductValue(fit.chisq), ProductValue(fit.chisq.isFinite ? Int64(fit.ndof) : nil),
        ]
        let names = Salt2Parameters.names
        for (index, name) in names.enumerated() {
            values += [ProductValue(fit.parameters[index]), ProductValue(fit.error(of: name))]
        }
        for row in names {
            for column in names { values.append(ProductValue(Self.covariance(fit, row, column))) }
        }
        values += [path, result.reason, result.detail, fit.model.isEmpty ? nil : fit.model].map { ProductValue($0) }
        values += [
            result.mwebv, fit.fitProbability, fit.phaseRange?.lowerBound, fit.phaseRange?.upperBound,
            alert.detection.epoch.jd,
        ].map { ProductValue($0) }
        let points = result.light.points
        let used = zip(points, fit.isUsed).filter(\.1).map(\.0)
        let forced = zip(result.light.isForced, fit.isUsed).count { $0 && $1 }
        values += [alert.night, result.isRedshiftKnown ? 1 : 0, points.count, used.count, forced].map {
            .integer(Int64($0))
        }
        let leftOut = Set(result.light.fitted.map(\.bandpass)).subtracting(fit.bands)
        values += [fit.bands.sorted(), leftOut.sorted(), fit.atBound].map { .text($0.joined(separator: ",")) }
        values.append(ProductValue(fit.secondMinimum?.chisq))
        values += names.indices.map { ProductValue(fit.secondMinimum?.parameters[$0]) }
        values += [
            ProductValue(result.quality?.rawValue), .integer(Int64(result.light.marks.count { !$0.isEmpty })),
            .text(result.redshiftSource.rawValue),
        ]
        self.values = values
    }

    /// The row of a fit to the history that the tables have.
    ///
    /// - Parameters:
    ///   - alert: The fitted alert, with that history.
    ///   - result: Its fit.
    ///   - objects: The names of the objects that the history is of.
    /// - Returns: The row of ``refits``.
    package static func refit(_ alert: Alert, _ result: SupernovaFit, objects: [String]) -> ProductRow {
        let own = Salt2Row(alert, result, path: nil).values
        return ProductRow(
            table: refits, survey: alert.survey, values: own + [.text("tables"), .text(objects.joined(separator: ","))])
    }

    private static func covariance(_ fit: Salt2Fit, _ row: String, _ column: String) -> Double? {
        guard let first = fit.names.firstIndex(of: row), let second = fit.names.firstIndex(of: column),
            first < fit.covariance.count
        else { return nil }
        let value = fit.covariance[first][second]
        return value.isFinite ? value : nil
    }
}
