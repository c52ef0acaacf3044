internal import GoogleAuth

extension TableSchema {
    /// A `TableSchema` of the REST interface.
    init(_ json: JSONObject) {
        self.init(columns: json.objects("fields").map(TableColumn.init))
    }

    var fields: [String: Any] { ["fields": columns.map(\.fields)] }
}

extension TableColumn {
    fileprivate init(_ json: JSONObject) {
        self.init(
            json.text("name") ?? "", ColumnType(rawValue: json.text("type") ?? ""),
            json.text("mode").flatMap { ColumnMode(rawValue: $0.uppercased()) } ?? .nullable,
            description: json.text("description") ?? "", columns: json.objects("fields").map(TableColumn.init))
    }

    fileprivate var fields: [String: Any] {
        var fields: [String: Any] = ["name": name, "type": type.rawValue, "mode": mode.rawValue]
        if !description.isEmpty { fields["description"] = description }
        if type == .record { fields["fields"] = columns.map(\.fields) }
        return fields
    }
}
