internal import Foundation
internal import Sky

/// Makes a catalogue's file of a table.
///
/// The table is read twice: first for what its columns hold and how many sources each zone has, then each source is written to its
/// zone; so a table may be of any length.
package struct CatalogueBuilder {
    /// What the table does not say.
    package struct Options: Sendable {
        /// The columns of right ascension and declination, degrees, ICRS.
        package var (ra, dec) = ("ra", "dec")
        /// The columns that are kept; `nil` for all.
        package var columns: [String]?
        /// How near a source is a match, arcsec.
        package var radius = 2.0
        /// The columns of proper motion, mas/yr, that of right ascension with the factor cos(dec); `nil` for none.
        package var motion: (ra: String, dec: String)?
        /// Julian year of the positions.
        package var epoch: Double?
        /// Whether the catalogue has all of the sky, however few sources it has.
        package var isOfAllSky = false

        /// The usual names, and no motion.
        package init() {}
    }

    private let path: String
    private let table: CatalogueTable
    private let options: Options
    /// The columns that are read: those that are kept, then those of the position where they are not among them.
    private let read: [Int]
    private let raPlace, decPlace: Int
    private let keptCount: Int
    private var kinds: [CatalogueColumn.Kind]
    private var header: CatalogueHeader
    /// How many sources each zone has.
    private var zones = [UInt64](repeating: 0, count: CatalogueHeader.zoneCount + 1)
    private var textBytes = 0
    /// Rows without a position, which are left out.
    private var skipped = 0

    private init(name: String, path: String, _ options: Options) throws(CatalogueError) {
        let table = try CatalogueTable(path)
        let columns = table.columns
        func column(_ name: String) throws(CatalogueError) -> Int {
            guard let column = columns.firstIndex(where: { $0.name == name }) else {
                let names = columns.prefix(40).map(\.name).joined(separator: ", ")
                throw CatalogueError(path, "has no column '\(name)'; it has \(names)")
            }
            guard !columns[column].isLeftOut else {
                throw CatalogueError(path, "the column '\(name)' has several values a row, which cannot be kept")
            }
            return column
        }
        (self.path, self.table, self.options) = (path, table, options)
        let (ra, dec) = (try column(options.ra), try column(options.dec))
        for place in [ra, dec] { try CatalogueUnit.degrees.check(columns[place], path) }
        let kept =
            if let names = options.columns { try names.map(column) } else {
                columns.indices.filter { !columns[$0].isLeftOut }
            }
        guard kept.count <= 256 else { throw CatalogueError(path, "has more than 256 columns: name those to keep") }
        let read = kept + [ra, dec].filter { !kept.contains($0) }
        (self.read, keptCount) = (read, kept.count)
        (raPlace, decPlace) = (read.firstIndex(of: ra) ?? 0, read.firstIndex(of: dec) ?? 0)
        kinds = kept.map { columns[$0].kind ?? .integer }
        header = CatalogueHeader(name: name, columns: [], sources: 0, radius: options.radius, epoch: options.epoch)
        if let motion = options.motion {
            guard options.epoch != nil else {
                throw CatalogueError(path, "proper motions need the epoch of the positions")
            }
            let names = kept.map { columns[$0].name }
            guard let ra = names.firstIndex(of: motion.ra), let dec = names.firstIndex(of: motion.dec) else {
                throw CatalogueError(
                    path, "has no columns '\(motion.ra)' and '\(motion.dec)' among those that are kept")
            }
            for place in [ra, dec] { try CatalogueUnit.motion.check(columns[kept[place]], path) }
            header.motion = CatalogueHeader.Motion(ra: ra, dec: dec)
        }
    }

    /// What was made.
    package struct Outcome: Sendable {
        /// Sources of the catalogue.
        package let sources: Int
        /// Rows without a position, which are left out.
        package let skipped: Int
        /// The columns that have several values a row, or none that can be kept.
        package let leftOut: [String]
    }

    /// Makes a catalogue.
    ///
    /// - Parameters:
    ///   - name: What filters call it, `[a-z][a-z0-9_]{0,30}`.
    ///   - table: The table: CSV, ECSV or with tabs, gzip or not; VOTable, gzip or not; or FITS.
    ///   - path: The catalogue's file; it is there once it is whole.
    ///   - options: What the table does not say.
    /// - Returns: What was made.
    /// - Throws: ``CatalogueError`` for a table that cannot be used.
    package static func build(
        _ name: String, from table: String, to path: String, _ options: Options
    ) throws(CatalogueError) -> Outcome {
        var builder = try CatalogueBuilder(name: name, path: table, options)
        try builder.survey()
        try builder.write(to: path)
        return Outcome(
            sources: builder.header.sources, skipped: builder.skipped,
            leftOut: builder.table.columns.filter(\.isLeftOut).map(\.name))
    }

    // MARK: - First reading

    private func position(_ row: [CatalogueValue]) -> SkyPosition? {
        guard let ra = row[raPlace].number, let dec = row[decPlace].number, ra.isFinite, abs(ra) <= 1e6,
            abs(dec) <= 90
        else { return nil }
        return SkyPosition(ra: ra - 360 * (ra / 360).rounded(.down), dec: dec)
    }

    private mutating func survey() throws(CatalogueError) {
        var (kinds, zones, text, sources, skipped, fastest) = (kinds, zones, 0, 0, 0, 0.0)
        try table.forEachRow(of: read) { row in
            guard let position = position(row) else {
                skipped += 1
                return
            }
            sources += 1
            zones[CatalogueHeader.zone(of: position.dec)] += 1
            for number in kinds.indices {
                guard case .text(let value) = row[number] else { continue }
                // Where the table does not say it, a column is of what all its values are.
                if kinds[number] == .integer, Int64(value) == nil { kinds[number] = .real }
                if kinds[number] == .real, Double(value) == nil { kinds[number] = .text }
                text += min(value.utf8.count, 0xFFFF)
            }
            if let motion = header.motion, let ra = row[motion.ra].number, let dec = row[motion.dec].number,
                ra.isFinite, dec.isFinite
            {
                fastest = max(fastest, (ra * ra + dec * dec).squareRoot())
            }
        }
        let columns = table.columns
        guard sources > 0 else { throw CatalogueError(self.path, "has no row with a position in degrees") }
        if let motion = header.motion {
            for number in [motion.ra, motion.dec] {
                guard kinds[number] != .text else {
                    throw CatalogueError(self.path, "the column '\(columns[read[number]].name)' is not of numbers")
                }
                // Motions are numbers, whole or not.
                kinds[number] = .real
            }
        }
        header.columns = zip(read, kinds).map { CatalogueColumn(name: columns[$0].name, kind: $1) }
        (header.sources, header.fastest) = (sources, fastest)
        // Cells of some ten sources: an empty one is likely not covered.
        if !options.isOfAllSky {
            let cells = max(12, Double(sources) / 16)
            header.coverageOrder = min(8, max(2, Int((log2(cells / 12) / 2).rounded(.down))))
        }
        (self.kinds, self.zones, textBytes, self.skipped) = (kinds, zones, text, skipped)
    }

    // MARK: - Second reading

    private mutating func write(to path: String) throws(CatalogueError) {
        // The header's length must not change once its numbers are in it.
        header.zones = 1 << 16
        header.positions = header.zones + 8 * (CatalogueHeader.zoneCount + 1)
        header.values = header.positions + 16 * header.sources
        header.coverage = header.values + 8 * keptCount * header.sources
        let order = header.coverageOrder
        header.texts = header.coverage + (order.map { (12 << (2 * $0)) / 8 + 1 } ?? 0)
        let part = path + ".part"
        // Once it is renamed there is none.
        defer { unlink(part) }
        let file = try WritableMap(part, bytes: header.texts + textBytes)
        var next = zones
        var sum: UInt64 = 0
        for zone in next.indices {
            (next[zone], sum) = (sum, sum + next[zone])
            file.store(next[zone].littleEndian, at: header.zones + 8 * zone)
        }
        let starts = next
        var textEnd = 0
        try table.forEachRow(of: read) { (row) throws(CatalogueError) in
            guard let position = position(row) else { return }
            let zone = CatalogueHeader.zone(of: position.dec)
            let source = Int(next[zone])
            guard next[zone] < starts[zone + 1], textEnd <= textBytes else {
                throw CatalogueError(self.path, "has changed while it was read")
            }
            next[zone] += 1
            file.store(position.ra, at: header.positions + 16 * source)
            file.store(position.dec, at: header.positions + 16 * source + 8)
            for number in kinds.indices {
                store(
                    row[number], kinds[number], at: header.values + 8 * (source * keptCount + number), file, &textEnd)
            }
            if let order, let cell = HEALPix.nested(order: order, ra: position.ra, dec: position.dec) {
                let at = header.coverage + Int(cell >> 3)
                file.store(file.load(at: at, as: UInt8.self) | 1 << UInt8(cell & 7), at: at)
            }
        }
        for zone in 0..<CatalogueHeader.zoneCount {
            sort(Int(starts[zone])..<Int(starts[zone + 1]), file)
        }
        header.end = header.texts + textEnd
        let encoder = JSONEncoder()
        // The same table makes the same bytes.
        encoder.outputFormatting = .sortedKeys
        guard let text = try? encoder.encode(header), text.count < header.zones - 64 else {
            throw CatalogueError(path, "the columns' names are too long")
        }
        for (offset, byte) in CatalogueHeader.magic.enumerated() { file.store(byte, at: offset) }
        file.store(UInt32(text.count).littleEndian, at: CatalogueHeader.magic.count)
        for (offset, byte) in text.enumerated() { file.store(byte, at: CatalogueHeader.magic.count + 4 + offset) }
        try file.finish(bytes: header.end)
        guard rename(part, path) == 0 else { throw CatalogueError(path, String(cString: strerror(errno))) }
    }

    private func store(
        _ value: CatalogueValue, _ kind: CatalogueColumn.Kind, at place: Int, _ file: WritableMap,
        _ textEnd: inout Int
    ) {
        switch (kind, value) {
        case (.integer, .integer(let number)): file.store(number, at: place)
        case (.integer, .text(let text)): file.store(Int64(text) ?? .min, at: place)
        case (.integer, _): file.store(Int64.min, at: place)
        case (.real, _): file.store(value.number ?? .nan, at: place)
        case (.text, .text(let text)):
            let bytes = Array(text.utf8.prefix(0xFFFF))
            file.store(UInt64(textEnd) << 16 | UInt64(bytes.count), at: place)
            for (offset, byte) in bytes.enumerated() { file.store(byte, at: header.texts + textEnd + offset) }
            textEnd += bytes.count
        case (.text, _): file.store(UInt64.max, at: place)
        }
    }

    /// Sorts the sources of a zone by right ascension.
    private func sort(_ range: Range<Int>, _ file: WritableMap) {
        guard range.count > 1 else { return }
        let width = keptCount
        let rows = range.map { source in
            (
                ra: file.load(at: header.positions + 16 * source, as: Double.self),
                dec: file.load(at: header.positions + 16 * source + 8, as: Double.self),
                values: (0..<width).map { file.load(at: header.values + 8 * (source * width + $0), as: UInt64.self) }
            )
        }.sorted { ($0.ra, $0.dec) < ($1.ra, $1.dec) }
        for (source, row) in zip(range, rows) {
            file.store(row.ra, at: header.positions + 16 * source)
            file.store(row.dec, at: header.positions + 16 * source + 8)
            for (number, value) in row.values.enumerated() {
                file.store(value, at: header.values + 8 * (source * width + number))
            }
        }
    }
}
