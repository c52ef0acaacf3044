/// A table that a catalogue is made of, read row by row, whatever its length.
///
/// What it is its first bytes say, not its name.
enum CatalogueTable {
    case delimited(DelimitedTable)
    case fits(FITSRows)
    case voTable(VOTable)

    /// A column.
    struct Column {
        let name: String
        /// What its values are; `nil` where the values themselves say it.
        let kind: CatalogueColumn.Kind?
        /// Its unit, as the table names it; `nil` where it names none.
        var unit: String?
        /// Whether it has several values a row or none that can be kept, and so is not read.
        var isLeftOut = false
    }

    /// Reads what stands before the rows.
    init(_ path: String) throws(CatalogueError) {
        var file = try TableBytes(path)
        let first = try file.next()
        guard !first.starts(with: [0xff, 0xfe]), !first.starts(with: [0xfe, 0xff]) else {
            throw CatalogueError(path, "is text in UTF-16: write it in UTF-8")
        }
        let start = first.drop { [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].contains($0) }.prefix(512)
        if start.starts(with: Array("SIMPLE  =".utf8)) {
            // cfitsio would inflate all of it in memory.
            guard !file.isGzip else { throw CatalogueError(path, "is a FITS file in gzip: gunzip it first") }
            self = .fits(try FITSRows(path))
        } else if start.starts(with: Array("<?xml".utf8)) || start.starts(with: Array("<VOTABLE".utf8))
            || start.starts(with: Array("<!".utf8))
        {
            self = .voTable(try VOTable(path))
        } else if start.starts(with: Array("PAR1".utf8)) {
            throw CatalogueError(path, "is a Parquet file: scripts/parquet-to-table makes a table of it that is read")
        } else {
            self = .delimited(try DelimitedTable(path))
        }
        let names = columns.map(\.name)
        guard Set(names).count == names.count, !names.contains("") else {
            throw CatalogueError(path, "the header names a column twice, or not at all")
        }
    }

    /// Its columns.
    var columns: [Column] {
        switch self {
        case .delimited(let table): table.columns
        case .fits(let table): table.columns
        case .voTable(let table): table.columns
        }
    }

    /// Calls `body` with the values of some columns of every row.
    func forEachRow(
        of columns: [Int], _ body: ([CatalogueValue]) throws(CatalogueError) -> Void
    ) throws(CatalogueError) {
        switch self {
        case .delimited(let table): try table.forEachRow(of: columns, body)
        case .fits(let table): try table.forEachRow(of: columns, body)
        case .voTable(let table): try table.forEachRow(of: columns, body)
        }
    }
}
