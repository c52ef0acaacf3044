internal import JSON
internal import VOTables

extension Parameter {
    /// In which form a table is sent.
    static let format = optional(
        "format", .choice(["json", "csv", "votable"]), "the form of the answer; the last two are files",
        standard: "json")
}

extension WebAnswer {
    /// A table in the form that a question asks for.
    ///
    /// - Parameters:
    ///   - question: It has the parameter ``Parameter/format``.
    ///   - name: The file's name without its end.
    ///   - fields: The columns.
    ///   - rows: The rows.
    ///   - isTruncated: Whether there are more.
    ///   - json: The answer in JSON.
    /// - Returns: The answer; CSV and VOTables are files with a name.
    static func table(
        _ question: Question, name: String, _ fields: [TableField], _ rows: some Sequence<[TableCell]>,
        isTruncated: Bool = false, json: () -> JSONTree
    ) -> WebAnswer {
        guard let format = TableDocument.Format(rawValue: question.values.text("format")) else {
            return WebAnswer(json().bytes, "application/json")
        }
        var document = TableDocument(format, fields, name: name)
        for row in rows { document.add(row) }
        var answer = WebAnswer(document.end(isTruncated: isTruncated), format.mediaType)
        answer.name(file: "\(name).\(format.fileExtension)")
        return answer
    }
}

extension TableField {
    /// Columns without a declaration, by what their values are: whole numbers, numbers, or texts.
    static func fields(_ names: [String], of rows: [[TableCell]]) -> [TableField] {
        let fields = names.enumerated().map { index, name in
            var kind: TableField.Kind?
            for row in rows {
                switch (row[index], kind) {
                case (.null, _), (.integer, .integer?), (.real, .real?), (.integer, .real?): break
                case (.integer, nil): kind = .integer
                case (.real, nil), (.real, .integer?): kind = .real
                default: kind = .text
                }
                if kind == .text { break }
            }
            return TableField(name, kind ?? .text)
        }
        return TableField.unique(fields)
    }
}
