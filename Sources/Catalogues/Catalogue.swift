internal import Foundation
package import Sky

/// A catalogue of sources in the sky, in a file that is mapped and not read: sorted by zones of declination, and by right ascension in
/// each. Used by any number of threads.
package final class Catalogue: Sendable {
    /// A source near a position.
    package struct Match: Hashable, Sendable {
        /// Its number in the catalogue.
        package let source: Int
        /// From the position, arcsec.
        package let distance: Double
    }

    /// Its file.
    package let path: String
    /// The catalogue's name.
    package var name: String { header.name }
    /// Its columns, under the names that filters and messages have for them.
    package let columns: [CatalogueColumn]
    /// How many sources it has.
    package var count: Int { header.sources }
    /// How near a source is a match where nobody says otherwise, arcsec.
    package var radius: Double { header.radius }
    /// Whether its positions are moved to the time of an alert.
    package var hasMotion: Bool { header.motion != nil }

    private let header: CatalogueHeader
    private let file: MappedFile
    private var bytes: UnsafeRawBufferPointer { file.bytes }

    /// Maps a catalogue's file.
    ///
    /// - Throws: ``CatalogueError`` for a file that cannot be read or is no catalogue.
    package init(path: String) throws(CatalogueError) {
        self.path = path
        file = try MappedFile(path)
        let bytes = file.bytes
        let magic = CatalogueHeader.magic
        guard bytes.count > magic.count + 4, bytes.prefix(magic.count).elementsEqual(magic) else {
            throw CatalogueError(path, "is no catalogue of Nightjar's")
        }
        let length = Int(bytes.loadUnaligned(fromByteOffset: magic.count, as: UInt32.self).littleEndian)
        guard length < 1 << 20, bytes.count > magic.count + 4 + length,
            let header = try? JSONDecoder().decode(
                CatalogueHeader.self, from: Data(bytes[(magic.count + 4)..<(magic.count + 4 + length)]))
        else { throw CatalogueError(path, "its header is damaged") }
        self.header = header
        columns = ColumnNames.sound(header.columns)
        let order = header.coverageOrder ?? 0
        let places = [header.zones, header.positions, header.values, header.coverage, header.texts, header.end]
        let isSound =
            places.allSatisfy { (0...bytes.count).contains($0) } && (0..<1 << 36).contains(header.sources)
            && (0...1e7).contains(header.fastest) && header.columns.count <= 256 && (0...10).contains(order)
            && header.zones >= magic.count && header.positions == header.zones + 8 * (CatalogueHeader.zoneCount + 1)
            && header.values == header.positions + 16 * header.sources
            && header.coverage == header.values + 8 * header.columns.count * header.sources
            && header.texts == header.coverage + (header.coverageOrder == nil ? 0 : (12 << (2 * order)) / 8 + 1)
            && header.end >= header.texts && header.end == bytes.count && Self.isName(header.name)
            && header.motion.map { [$0.ra, $0.dec].allSatisfy(header.columns.indices.contains) } ?? true
        guard isSound else { throw CatalogueError(path, "is cut or damaged: it has \(bytes.count) bytes") }
    }

    /// Whether a catalogue may have a name: a small letter, then at most 30 of a-z, 0-9 and _.
    package static func isName(_ name: String) -> Bool { name.wholeMatch(of: /[a-z][a-z0-9_]{0,30}/) != nil }

    // MARK: - Sources

    private func ra(_ source: Int) -> Double {
        bytes.loadUnaligned(fromByteOffset: header.positions + 16 * source, as: Double.self)
    }

    private func dec(_ source: Int) -> Double {
        bytes.loadUnaligned(fromByteOffset: header.positions + 16 * source + 8, as: Double.self)
    }

    /// The position of a source, at the catalogue's epoch.
    package func position(_ source: Int) -> SkyPosition { SkyPosition(ra: ra(source), dec: dec(source)) }

    /// The value of a source in a column.
    package func value(_ source: Int, _ column: Int) -> CatalogueValue {
        let at = header.values + 8 * (source * header.columns.count + column)
        switch header.columns[column].kind {
        case .real:
            let number = bytes.loadUnaligned(fromByteOffset: at, as: Double.self)
            return number.isNaN ? .null : .real(number)
        case .integer:
            let number = bytes.loadUnaligned(fromByteOffset: at, as: Int64.self)
            return number == .min ? .null : .integer(number)
        case .text:
            let place = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let (start, length) = (header.texts + Int(place >> 16), Int(place & 0xFFFF))
            guard place != .max, start + length <= header.end else { return .null }
            return .text(String(decoding: bytes[start..<start + length], as: UTF8.self))
        }
    }

    /// Whether the catalogue has the part of the sky in which a position lies, so that no match means no source.
    package func covers(_ position: SkyPosition) -> Bool {
        guard let order = header.coverageOrder else { return true }
        guard let cell = HEALPix.nested(order: order, ra: position.ra, dec: position.dec) else { return false }
        return bytes[header.coverage + Int(cell >> 3)] >> UInt8(cell & 7) & 1 == 1
    }

    // MARK: - Matches

    /// The sources within a radius of a position, nearest first.
    ///
    /// - Parameters:
    ///   - position: Degrees, ICRS.
    ///   - radius: Arcsec, less than 10 degrees; `nil` for the catalogue's.
    ///   - year: Julian year of the position, to which sources are moved; `nil` for the catalogue's epoch.
    /// - Returns: The matches; empty for an invalid position.
    package func matches(_ position: SkyPosition, within radius: Double? = nil, year: Double? = nil) -> [Match] {
        let radius = min(radius ?? header.radius, 36_000)
        guard position.ra.isFinite, abs(position.dec) <= 90, radius >= 0 else { return [] }
        let years = header.epoch.flatMap { epoch in year.map { $0 - epoch } } ?? 0
        // Where sources move, they may come from farther off.
        let reach = (radius + header.fastest / 1000 * abs(years)) / 3600 + 1e-9
        let (low, high) = (position.dec - reach, position.dec + reach)
        var found: [Match] = []
        let ra = position.ra - 360 * (position.ra / 360).rounded(.down)
        for zone in CatalogueHeader.zone(of: low)...CatalogueHeader.zone(of: high) {
            for range in Self.ranges(around: ra, width: Self.width(dec: position.dec, reach: reach)) {
                search(zone, range) { source in
                    let distance = position.separation(from: moved(source, years: years))
                    if distance <= radius { found.append(Match(source: source, distance: distance)) }
                }
            }
        }
        return found.sorted { ($0.distance, $0.source) < ($1.distance, $1.source) }
    }

    /// How far in right ascension a circle reaches, degrees.
    private static func width(dec: Double, reach: Double) -> Double {
        guard abs(dec) + reach < 90 else { return 180 }
        let radians = Double.pi / 180
        return asin(min(1, sin(reach * radians) / cos(dec * radians))) / radians + 1e-9
    }

    private static func ranges(around ra: Double, width: Double) -> [ClosedRange<Double>] {
        guard width < 180 else { return [0...360] }
        let (low, high) = (ra - width, ra + width)
        if low < 0 { return [0...high, low + 360...360] }
        if high > 360 { return [low...360, 0...high - 360] }
        return [low...high]
    }

    private func search(_ zone: Int, _ range: ClosedRange<Double>, _ body: (Int) -> Void) {
        func start(_ zone: Int) -> Int {
            min(
                header.sources,
                Int(
                    clamping: bytes.loadUnaligned(fromByteOffset: header.zones + 8 * zone, as: UInt64.self).littleEndian
                ))
        }
        var (low, high) = (start(zone), start(zone + 1))
        let end = high
        while low < high {
            let middle = (low + high) / 2
            if ra(middle) < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        while low < end, ra(low) <= range.upperBound {
            body(low)
            low += 1
        }
    }

    /// A source's position after some years.
    private func moved(_ source: Int, years: Double) -> SkyPosition {
        let position = position(source)
        guard years != 0, let motion = header.motion, case .real(let pmra) = value(source, motion.ra),
            case .real(let pmdec) = value(source, motion.dec)
        else { return position }
        let (ra, dec) = (position.ra * .pi / 180, position.dec * .pi / 180)
        let scale = years / 3_600_000 * .pi / 180
        // Along the tangents: right also at the poles.
        let (east, north) = (pmra * scale, pmdec * scale)
        let x = cos(dec) * cos(ra) - east * sin(ra) - north * sin(dec) * cos(ra)
        let y = cos(dec) * sin(ra) + east * cos(ra) - north * sin(dec) * sin(ra)
        let z = sin(dec) + north * cos(dec)
        return SkyPosition(ra: atan2(y, x) * 180 / .pi, dec: atan2(z, (x * x + y * y).squareRoot()) * 180 / .pi)
    }
}
