internal import XML

/// The first table with rows of a VOTable: TABLEDATA, BINARY or BINARY2, in the file itself.
struct VOTable {
    private let path: String
    private let fields: [VOTableField]
    var columns: [CatalogueTable.Column] { fields.map(\.column) }

    /// Reads what stands before the rows.
    init(_ path: String) throws(CatalogueError) {
        self.path = path
        let reader = VOTableReader()
        try Self.read(path, reader) { () throws(CatalogueError) in !reader.isInData }
        guard reader.isInData else { throw CatalogueError(path, "has no table with rows") }
        fields = reader.fields
    }

    /// Calls `body` with the values of some columns of every row.
    func forEachRow(
        of wanted: [Int], _ body: ([CatalogueValue]) throws(CatalogueError) -> Void
    ) throws(CatalogueError) {
        let reader = VOTableReader()
        reader.isWanted = fields.indices.map { wanted.contains($0) }
        try Self.read(path, reader) { () throws(CatalogueError) in
            for row in reader.takeRows() { try body(wanted.map { row[$0] }) }
            // What stands behind them must be sound too.
            return true
        }
        guard reader.isAtEnd else { throw CatalogueError(path, "ends within its table, after row \(reader.rowCount)") }
    }

    /// Reads piece by piece until `isOn` says no, after each.
    private static func read(
        _ path: String, _ reader: VOTableReader, _ isOn: () throws(CatalogueError) -> Bool
    ) throws(CatalogueError) {
        var file = try TableBytes(path)
        let stream = XMLStream { reader.see($0) }
        while true {
            let bytes = try file.next()
            let failure: XMLError? = bytes.withUnsafeBytes { bytes in
                do throws(XMLError) { try stream.parse(bytes, isLast: bytes.isEmpty) } catch { return error }
                return nil
            }
            // No catalogue is made of some of a table.
            if let failure { throw CatalogueError(path, "\(failure)") }
            guard try isOn(), !bytes.isEmpty else { return }
        }
    }
}
