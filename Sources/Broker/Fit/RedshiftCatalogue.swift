internal import Foundation

/// Known redshifts, of objects by name or of places in the sky.
///
/// A CSV file with a header: `objectId,z` or `ra,dec,z` (degrees, ICRS), or all four; other columns are not read. A row
/// without a redshift from 0 to 10, without an object or place, or of an object that an earlier row has, is left out.
package final class RedshiftCatalogue: Sendable {
    /// A place within so many arcsec is the object's.
    package static let matchRadius = 2.0
    /// Rows at most.
    private static let mostRows = 10_000_000
    private static let longestFile = 1 << 30

    private struct Place {
        let ra: Double
        let dec: Double
        let z: Double
    }

    private let byName: [String: Double]
    /// Sorted by declination.
    private let places: [Place]

    package var count: Int { byName.count + places.count }

    /// Rows that cannot be used.
    package struct LeftOut: Sendable, CustomStringConvertible {
        package fileprivate(set) var count = 0
        /// The first few of them, with what is wrong.
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
    package let leftOut: LeftOut

    /// Reads a catalogue.
    ///
    /// - Throws: ``BrokerError`` for a file that cannot be read, and for one without the columns.
    package init(path: String) throws(BrokerError) {
        guard let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int else {
            throw BrokerError(.cannotRead, path: path, detail: "this catalogue of redshifts cannot be read")
        }
        guard size <= Self.longestFile, let text = FileManager.default.contents(atPath: path) else {
            throw BrokerError(
                .cannotRead, path: path, detail: "this catalogue of redshifts is too large, or cannot be read")
        }
        var columns: CatalogueColumns?
        var (names, places, leftOut) = ([String: Double](), [Place](), LeftOut())
        var lineNumber = 0
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            lineNumber += 1
            let words = Self.words(line)
            guard words.contains(where: { !$0.isEmpty }), words.first?.hasPrefix("#") != true else { continue }
            guard let known = columns else {
                columns = CatalogueColumns(words)
                guard columns != nil else {
                    throw BrokerError(
                        .cannotRead, path: path,
                        detail: "line \(lineNumber): the header must name z, and objectId or ra and dec")
                }
                continue
            }
            let row = known.row(words)
            let name = known.text(known.objectId, words)
            if let reason = row.reason ?? name.flatMap({ names[$0] == nil ? nil : "repeats an objectId" }) {
                leftOut.add(lineNumber, reason)
                continue
            }
            if let name { names[name] = row.z }
            if let place = row.place { places.append(Place(ra: place.ra, dec: place.dec, z: row.z)) }
            guard names.count + places.count <= Self.mostRows else {
                throw BrokerError(.cannotRead, path: path, detail: "more than \(Self.mostRows) rows")
            }
        }
        guard columns != nil else { throw BrokerError(.cannotRead, path: path, detail: "it has no header") }
        byName = names
        self.places = places.sorted { $0.dec < $1.dec }
        self.leftOut = leftOut
    }

    /// The redshift of an object: by its name, else of the nearest place within ``matchRadius``.
    package func redshift(objectId: String?, ra: Double?, dec: Double?) -> Double? {
        if let objectId, let z = byName[objectId] { return z }
        guard let ra, let dec, ra.isFinite, dec.isFinite, !places.isEmpty else { return nil }
        let reach = Self.matchRadius / 3600
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].dec < dec - reach { low = middle + 1 } else { high = middle }
        }
        let here = UnitVector(ra: ra, dec: dec)
        var best: (distance: Double, z: Double)?
        while low < places.count, places[low].dec <= dec + reach {
            let place = places[low]
            let there = UnitVector(ra: place.ra, dec: place.dec)
            let (x, y, z) = (here.x - there.x, here.y - there.y, here.z - there.z)
            let distance = 2 * asin(min(1, (x * x + y * y + z * z).squareRoot() / 2)) * 180 / .pi
            if distance <= reach, distance < best?.distance ?? .infinity { best = (distance, place.z) }
            low += 1
        }
        return best?.z
    }

    /// The fields of a line, quotes taken off.
    private static func words(_ line: Data.SubSequence) -> [String] {
        var (words, word, isQuoted) = ([String](), [UInt8](), false)
        for byte in line {
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted:
                words.append(String(decoding: word, as: UTF8.self))
                word.removeAll(keepingCapacity: true)
            default: word.append(byte)
            }
        }
        words.append(String(decoding: word, as: UTF8.self))
        return words.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    }
}

/// Where a catalogue's columns are.
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

    /// What a row says, and what is wrong with it.
    func row(_ words: [String]) -> (z: Double, place: (ra: Double, dec: Double)?, reason: String?) {
        guard let z = number(self.z, words), z >= 0, z < 10 else { return (.nan, nil, "has no redshift") }
        guard let ra = number(ra, words), let dec = number(dec, words) else {
            return (z, nil, text(objectId, words) == nil ? "has neither an objectId nor a place" : nil)
        }
        let isPlace = (-360...360).contains(ra) && (-90...90).contains(dec)
        return (z, (ra, dec), isPlace ? nil : "has no place in the sky")
    }

    func text(_ column: Int?, _ words: [String]) -> String? {
        guard let column, column < words.count, !words[column].isEmpty else { return nil }
        return words[column]
    }

    func number(_ column: Int?, _ words: [String]) -> Double? {
        text(column, words).flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
    }
}
