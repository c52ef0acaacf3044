internal import Foundation
internal import Sky

/// Known redshifts of objects, by name or by position.
///
/// A CSV file with a header: `objectId,z` or `ra,dec,z` (degrees, ICRS), or all four; other columns are not read. A row
/// without a redshift from 0 to 10, without an object or a position, or of an object that an earlier row has, is left out.
package final class RedshiftCatalogue: Sendable {
    /// Largest distance of a position that matches an object, arcsec.
    package static let matchRadius = 2.0
    /// Rows of a catalogue at most.
    private static let mostRows = 10_000_000
    private static let longestFile = 1 << 30

    private let byName: [String: Double]
    private let positions: PositionCatalogue<Double>

    /// The number of objects and of positions with a redshift.
    package var count: Int { byName.count + positions.count }

    /// The unusable rows of a catalogue.
    package struct LeftOut: Sendable, CustomStringConvertible {
        /// Their number.
        package fileprivate(set) var count = 0
        /// The first few of them, with the reasons.
        fileprivate var first: [(line: Int, reason: String)] = []

        fileprivate mutating func add(_ line: Int, _ reason: String) {
            count += 1
            if first.count < 5 { first.append((line, reason)) }
        }

        package var description: String {
            "\(count) \(count == 1 ? "row" : "rows") left out: "
                + first.map { "line \($0.line) \($0.reason)" }.joined(separator: ", ")
                + (count > first.count ? ", ..." : "")
        }
    }
    /// The unusable rows.
    package let leftOut: LeftOut

    /// Reads a catalogue.
    ///
    /// - Throws: ``RedshiftCatalogueError`` for a file that cannot be read, and for one without the columns.
    package init(path: String) throws(RedshiftCatalogueError) {
        guard let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int else {
            throw RedshiftCatalogueError(path: path, detail: "this catalogue of redshifts cannot be read")
        }
        guard size <= Self.longestFile, let text = FileManager.default.contents(atPath: path) else {
            throw RedshiftCatalogueError(
                path: path, detail: "this catalogue of redshifts is too large, or cannot be read")
        }
        var columns: CatalogueColumns?
        var (names, positions, leftOut) = ([String: Double](), [PositionCatalogue<Double>.Entry](), LeftOut())
        var lineNumber = 0
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            lineNumber += 1
            let fields = Self.fields(line)
            guard fields.contains(where: { !$0.isEmpty }), fields.first?.hasPrefix("#") != true else { continue }
            guard let known = columns else {
                columns = CatalogueColumns(fields)
                guard columns != nil else {
                    throw RedshiftCatalogueError(
                        path: path,
                        detail: "line \(lineNumber): the header must name z, and objectId or ra and dec")
                }
                continue
            }
            let row = known.row(fields)
            let name = known.text(known.objectId, fields)
            if let reason = row.reason ?? name.flatMap({ names[$0] == nil ? nil : "repeats an objectId" }) {
                leftOut.add(lineNumber, reason)
                continue
            }
            if let name { names[name] = row.z }
            if let position = row.position { positions.append(.init(position: position, value: row.z)) }
            guard names.count + positions.count <= Self.mostRows else {
                throw RedshiftCatalogueError(path: path, detail: "more than \(Self.mostRows) rows")
            }
        }
        guard columns != nil else { throw RedshiftCatalogueError(path: path, detail: "it has no header") }
        byName = names
        self.positions = PositionCatalogue(positions)
        self.leftOut = leftOut
    }

    /// The redshift of an object: by its name, else of the nearest position within ``matchRadius``. Positions are in degrees,
    /// ICRS.
    package func redshift(objectId: String?, ra: Double?, dec: Double?) -> Double? {
        if let objectId, let z = byName[objectId] { return z }
        guard let ra, let dec else { return nil }
        return positions.nearest(to: SkyPosition(ra: ra, dec: dec), within: Self.matchRadius)
    }

    /// The fields of a line, without quotes.
    private static func fields(_ line: Data.SubSequence) -> [String] {
        var (fields, field, isQuoted) = ([String](), [UInt8](), false)
        for byte in line {
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted:
                fields.append(String(decoding: field, as: UTF8.self))
                field.removeAll(keepingCapacity: true)
            default: field.append(byte)
            }
        }
        fields.append(String(decoding: field, as: UTF8.self))
        return fields.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    }
}

/// The indexes of a catalogue's columns.
private struct CatalogueColumns {
    let objectId: Int?
    let ra: Int?
    let dec: Int?
    let z: Int

    init?(_ header: [String]) {
        let names = header.map { $0.trimmingCharacters(in: ["\u{feff}"]).lowercased() }
        objectId = names.firstIndex(of: "objectid")
        ra = names.firstIndex(of: "ra")
        dec = names.firstIndex(of: "dec")
        guard let z = names.firstIndex(of: "z"), objectId != nil || (ra != nil && dec != nil) else { return nil }
        self.z = z
    }

    /// The redshift and position of a row, and why it cannot be used.
    func row(_ fields: [String]) -> (z: Double, position: SkyPosition?, reason: String?) {
        guard let z = number(self.z, fields), z >= 0, z < 10 else { return (.nan, nil, "has no redshift") }
        guard let ra = number(ra, fields), let dec = number(dec, fields) else {
            return (z, nil, text(objectId, fields) == nil ? "has neither an objectId nor a position" : nil)
        }
        let isPosition = (-360...360).contains(ra) && (-90...90).contains(dec)
        return (z, SkyPosition(ra: ra, dec: dec), isPosition ? nil : "has no valid position")
    }

    func text(_ column: Int?, _ fields: [String]) -> String? {
        guard let column, column < fields.count, !fields[column].isEmpty else { return nil }
        return fields[column]
    }

    func number(_ column: Int?, _ fields: [String]) -> Double? {
        text(column, fields).flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
    }
}
