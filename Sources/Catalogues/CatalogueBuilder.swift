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

    private let table: DelimitedTable
    private let options: Options
    private let raColumn, decColumn: Int
    private let kept: [Int]
    private var kinds: [CatalogueColumn.Kind] = []
    private var header: CatalogueHeader
    /// How many sources each zone has.
    private var zones = [UInt64](repeating: 0, count: CatalogueHeader.zoneCount + 1)
    private var textBytes = 0
    /// Rows without a position, which are left out.
    private var skipped = 0

    private init(name: String, path: String, _ options: Options) throws(CatalogueError) {
        let table = try DelimitedTable(path)
        func column(_ name: String) throws(CatalogueError) -> Int {
            guard let column = table.names.firstIndex(of: name) else {
                throw CatalogueError(
                    path, "has no column '\(name)'; it has \(table.names.prefix(40).joined(separator: ", "))")
            }
            return column
        }
        (self.table, self.options) = (table, options)
        (raColumn, decColumn) = (try column(options.ra), try column(options.dec))
        kept = try (options.columns ?? table.names).map(column)
        guard kept.count <= 256 else { throw CatalogueError(path, "has more than 256 columns: name those to keep") }
        header = CatalogueHeader(name: name, columns: [], sources: 0, radius: options.radius, epoch: options.epoch)
        if let motion = options.motion {
            guard options.epoch != nil else {
                throw CatalogueError(path, "proper motions need the epoch of the positions")
            }
            let names = kept.map { table.names[$0] }
            guard let ra = names.firstIndex(of: motion.ra), let dec = names.firstIndex(of: motion.dec) else {
                throw CatalogueError(
                    path, "has no columns '\(motion.ra)' and '\(motion.dec)' among those that are kept")
            }
            header.motion = CatalogueHeader.Motion(ra: ra, dec: dec)
        }
    }

    /// What was made.
    package struct Outcome: Sendable {
        /// Sources of the catalogue.
        package let sources: Int
        /// Rows without a position, which are left out.
        package let skipped: Int
    }

    /// Makes a catalogue.
    ///
    /// - Parameters:
    ///   - name: What filters call it, `[a-z][a-z0-9_]{0,30}`.
    ///   - table: The table: CSV, ECSV or with tabs.
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
        return Outcome(sources: builder.header.sources, skipped: builder.skipped)
    }

    // MARK: - First reading

    private func position(_ row: [String]) -> SkyPosition? {
        guard let ra = Double(row[raColumn]), let dec = Double(row[decColumn]), ra.isFinite, abs(ra) <= 1e6,
            abs(dec) <= 90
        else { return nil }
        return SkyPosition(ra: ra - 360 * (ra / 360).rounded(.down), dec: dec)
    }

    /// Whether a text says that there is no value.
    private static func isNull(_ text: String) -> Bool {
        text.isEmpty || text == "null" || text == "NaN" || text == "nan" || text == "--"
    }

    private mutating func survey() throws(CatalogueError) {
        kinds = [CatalogueColumn.Kind](repeating: .integer, count: kept.count)
        var (kinds, zones, text, sources, skipped, fastest) = (kinds, zones, 0, 0, 0, 0.0)
        try table.forEachRow { row in
            guard let position = position(row) else {
                skipped += 1
                return
            }
            sources += 1
            zones[CatalogueHeader.zone(of: position.dec)] += 1
            for (number, column) in kept.enumerated() where !Self.isNull(row[column]) {
                if kinds[number] == .integer, Int64(row[column]) == nil { kinds[number] = .real }
                if kinds[number] == .real, Double(row[column]) == nil { kinds[number] = .text }
                text += min(row[column].utf8.count, 0xFFFF)
            }
            if let motion = header.motion, let ra = Double(row[kept[motion.ra]]),
                let dec = Double(row[kept[motion.dec]]),
                ra.isFinite, dec.isFinite
            {
                fastest = max(fastest, (ra * ra + dec * dec).squareRoot())
            }
        }
        guard sources > 0 else { throw CatalogueError(table.path, "has no row with a position in degrees") }
        if let motion = header.motion {
            for number in [motion.ra, motion.dec] {
                guard kinds[number] != .text else {
                    throw CatalogueError(table.path, "the column '\(table.names[kept[number]])' is not of numbers")
                }
                // Motions are numbers, whole or not.
                kinds[number] = .real
            }
        }
        header.columns = zip(kept, kinds).map { CatalogueColumn(name: table.names[$0], kind: $1) }
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
        header.coverage = header.values + 8 * kept.count * header.sources
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
        try table.forEachRow { (row) throws(CatalogueError) in
            guard let position = position(row) else { return }
            let zone = CatalogueHeader.zone(of: position.dec)
            let source = Int(next[zone])
            guard next[zone] < starts[zone + 1], textEnd <= textBytes else {
                throw CatalogueError(table.path, "has changed while it was read")
            }
            next[zone] += 1
            file.store(position.ra, at: header.positions + 16 * source)
            file.store(position.dec, at: header.positions + 16 * source + 8)
            for (number, column) in kept.enumerated() {
                store(
                    row[column], kinds[number], at: header.values + 8 * (source * kept.count + number), file, &textEnd)
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
        guard let text = try? JSONEncoder().encode(header), text.count < header.zones - 64 else {
            throw CatalogueError(path, "the columns' names are too long")
        }
        for (offset, byte) in CatalogueHeader.magic.enumerated() { file.store(byte, at: offset) }
        file.store(UInt32(text.count).littleEndian, at: CatalogueHeader.magic.count)
        for (offset, byte) in text.enumerated() { file.store(byte, at: CatalogueHeader.magic.count + 4 + offset) }
        try file.finish(bytes: header.end)
        guard rename(part, path) == 0 else { throw CatalogueError(path, String(cString: strerror(errno))) }
    }

    private func store(
        _ text: String, _ kind: CatalogueColumn.Kind, at place: Int, _ file: WritableMap, _ textEnd: inout Int
    ) {
        let isNull = Self.isNull(text)
        switch kind {
        case .integer: file.store(isNull ? Int64.min : Int64(text) ?? .min, at: place)
        case .real: file.store(isNull ? Double.nan : Double(text) ?? .nan, at: place)
        case .text:
            guard !isNull else { return file.store(UInt64.max, at: place) }
            let bytes = Array(text.utf8.prefix(0xFFFF))
            file.store(UInt64(textEnd) << 16 | UInt64(bytes.count), at: place)
            for (offset, byte) in bytes.enumerated() { file.store(byte, at: header.texts + textEnd + offset) }
            textEnd += bytes.count
        }
    }

    /// Sorts the sources of a zone by right ascension.
    private func sort(_ range: Range<Int>, _ file: WritableMap) {
        guard range.count > 1 else { return }
        let width = kept.count
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
