internal import FITS

/// The rows of the first table of a FITS file.
struct FITSRows {
    private let path: String
    let columns: [CatalogueTable.Column]

    init(_ path: String) throws(CatalogueError) {
        self.path = path
        do throws(FITSError) {
            columns = try FITSTable(path: path).columns.map { column in
                let kind: CatalogueColumn.Kind? =
                    switch column.kind {
                    case .integer, .flag: .integer
                    case .real: .real
                    case .text: .text
                    case .other: nil
                    }
                let unit = column.unit.isEmpty ? nil : column.unit
                return .init(name: column.name, kind: kind, unit: unit, isLeftOut: kind == nil)
            }
        } catch { throw Self.error(error, path) }
    }

    private static func error(_ error: FITSError, _ path: String) -> CatalogueError {
        CatalogueError(path, error.detail)
    }

    /// Calls `body` with the values of some columns of every row.
    func forEachRow(
        of wanted: [Int], _ body: ([CatalogueValue]) throws(CatalogueError) -> Void
    ) throws(CatalogueError) {
        var start = 0
        let table: FITSTable
        do throws(FITSError) { table = try FITSTable(path: path) } catch { throw Self.error(error, path) }
        guard table.columns.count == columns.count else { throw CatalogueError(path, "has changed while it was read") }
        while start < table.count {
            let rows = start..<min(table.count, start + table.step)
            var read: [FITSTable.Values] = []
            do throws(FITSError) {
                for column in wanted { read.append(try table.values(of: column, in: rows)) }
            } catch { throw Self.error(error, path) }
            for row in 0..<rows.count { try body(read.map { Self.value($0, row) }) }
            start = rows.upperBound
        }
    }

    private static func value(_ values: FITSTable.Values, _ row: Int) -> CatalogueValue {
        switch values {
        case .integers(let numbers): numbers[row].map { .integer($0) } ?? .null
        case .reals(let numbers): numbers[row].isNaN ? .null : .real(numbers[row])
        case .texts(let texts): texts[row].map { .text($0) } ?? .null
        }
    }
}
