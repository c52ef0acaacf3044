internal import XML

/// Makes rows of what stands in a VOTable, element by element.
final class VOTableReader {
    private(set) var fields: [VOTableField] = []
    /// Whether the rows have begun, and ended.
    private(set) var (isInData, isAtEnd) = (false, false)
    private var failure: String?
    private(set) var rowCount = 0
    /// Fields whose values are read; none until this is set.
    var isWanted: [Bool]?

    private var rows: [[CatalogueValue]] = []
    private var row: [CatalogueValue] = []
    private var cell: [UInt8] = []
    private var isInCell = false
    private var isInField = false
    private var bytes: VOTableBytes?
    private var isInStream = false

    /// Fields of a table at most.
    private static let mostFields = 4_096

    /// The rows since the last call.
    func takeRows() -> [[CatalogueValue]] {
        defer { rows.removeAll(keepingCapacity: true) }
        return rows
    }

    /// Takes the next of the document.
    ///
    /// - Returns: What is wrong with it, if anything is.
    func see(_ event: XMLStream.Event) -> String? {
        guard !isAtEnd else { return nil }
        switch event {
        case .begin(let name, let attributes): isInData ? beginInData(name, attributes) : begin(name, attributes)
        case .text(let text):
            if isInStream {
                readBytes { (bytes) throws(VOTableBytes.Damage) in try bytes.add(text) }
            } else if isInCell {
                cell.append(contentsOf: text)
                if cell.count > VOTableField.longest { failure = "row \(rowCount + 1): a value is too long" }
            }
        case .end(let name): end(name)
        }
        return failure
    }

    // MARK: - Fields

    private func begin(_ name: String, _ attributes: [String: String]) {
        switch name {
        case "TABLE": fields = []
        case "FIELD":
            guard let field = VOTableField(attributes), fields.count < Self.mostFields else {
                failure = "the field '\(attributes["name"] ?? "")' has a type or a length that no field has"
                return
            }
            fields.append(field)
            isInField = true
        case "VALUES": if isInField, let last = fields.indices.last { fields[last].null = attributes["null"] }
        case "DATA":
            isInData = true
            if fields.isEmpty { failure = "the table has no fields" }
        default: break
        }
    }

    // MARK: - Rows

    private func beginInData(_ name: String, _ attributes: [String: String]) {
        switch name {
        case "TR": row.removeAll(keepingCapacity: true)
        case "TD":
            guard row.count < fields.count else {
                failure = "row \(rowCount + 1) has more than the table's \(fields.count) values"
                return
            }
            guard attributes["encoding"] == nil else {
                failure = "row \(rowCount + 1): a value in base64 within a text table is not read"
                return
            }
            isInCell = true
            cell.removeAll(keepingCapacity: true)
        case "BINARY", "BINARY2": bytes = VOTableBytes(hasMask: name == "BINARY2")
        case "STREAM":
            guard attributes["href"] == nil, attributes["encoding"] == "base64" else {
                failure = "its rows are in another file, or in another encoding than base64, and are not read"
                return
            }
            isInStream = true
        case "FITS", "PARQUET": failure = "its rows are a \(name) file: use that"
        default: break
        }
    }

    private func end(_ name: String) {
        switch name {
        case "FIELD": isInField = false
        case "TD" where isInCell:
            isInCell = false
            guard isWanted?[row.count] == true else { return row.append(.null) }
            guard let value = fields[row.count].value(of: cell[...]) else {
                failure =
                    "row \(rowCount + 1): '\(String(decoding: cell.prefix(40), as: UTF8.self))' is no value of "
                    + "'\(fields[row.count].name)'"
                return
            }
            row.append(value)
        case "TR" where isInData:
            guard row.count == fields.count else {
                failure = "row \(rowCount + 1) has \(row.count) values, and the table \(fields.count) fields"
                return
            }
            take(row)
        case "STREAM" where isInStream:
            isInStream = false
            if bytes?.isUsedUp == false { failure = "the rows end within row \(rowCount + 1)" }
        case "DATA" where isInData: isAtEnd = true
        default: break
        }
    }

    private func take(_ row: [CatalogueValue]) {
        rowCount += 1
        if isWanted != nil { rows.append(row) }
    }

    private func readBytes(_ add: (inout VOTableBytes) throws(VOTableBytes.Damage) -> Void) {
        // Without anybody who wants rows, the fields alone are read.
        guard let isWanted, var own = bytes.take() else { return }
        defer { bytes = own }
        do throws(VOTableBytes.Damage) {
            try add(&own)
            while let row = try own.next(fields, isWanted) { take(row) }
        } catch {
            let reason =
                switch error {
                case .base64: "the rows are no base64"
                case .length(let field): "'\(field)' has a length that no field has"
                case .value(let field): "'\(field)' has a value that it cannot have"
                }
            failure = "row \(rowCount + 1): \(reason)"
        }
    }
}
