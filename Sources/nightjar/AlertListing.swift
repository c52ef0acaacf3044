internal import Foundation

/// What a listing of alerts says of each behind what all say: the last columns of `cone` and `list`.
protocol AddedColumns: Encodable {
    /// The names of its members in JSON, and of its columns in CSV.
    static var names: [String] { get }
    /// The titles of its columns in a table.
    static var titles: [String] { get }
    /// Its values as CSV has them.
    var texts: [String] { get }
    /// Its values as a table has them, one for each of ``titles``.
    var cells: [String] { get }
}

/// An alert of a listing. As JSON has it, what it lacks is null.
struct AlertRow<Added: AddedColumns>: Encodable {
    let survey: String
    /// Digits: a number of 64 bits is more than many readers of JSON keep.
    let id: String
    let objectId: String?
    let mjd_tai: Double
    let ra, dec: Double?
    let added: Added

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case survey, id, objectId, mjd_tai, ra, dec
    }

    func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(survey, forKey: .survey)
        try row.encode(id, forKey: .id)
        try row.encode(objectId, forKey: .objectId)
        try row.encode(mjd_tai, forKey: .mjd_tai)
        try row.encode(ra, forKey: .ra)
        try row.encode(dec, forKey: .dec)
        try added.encode(to: encoder)
    }

    private static var names: [String] { CodingKeys.allCases.map(\.rawValue) + Added.names }
    private static var titles: [String] {
        ["survey", "id", "objectId", "MJD (TAI)", "ra (deg)", "dec (deg)"] + Added.titles
    }

    /// The times to 0.1 s, the positions to 0.004 arcsec.
    private var texts: [String] {
        [
            survey, id, objectId ?? "", String(format: "%.6f", mjd_tai), ra.map { String(format: "%.6f", $0) } ?? "",
            dec.map { String(format: "%+.6f", $0) } ?? "",
        ]
    }

    /// Prints a listing.
    static func print(_ rows: [AlertRow], as format: OutputFormat) throws {
        switch format {
        case .json: try Terminal.put(encoded: rows)
        case .csv:
            for line in [names] + rows.map({ $0.texts + $0.added.texts }) { try Terminal.say(CSV.line(line)) }
        case .table where rows.isEmpty: break
        case .table:
            let cells = rows.map { row in (row.texts + row.added.cells).map { $0.isEmpty ? "-" : $0 } }
            for line in TextTable.lines([titles] + cells) { try Terminal.say(line) }
        }
    }
}
