package import Avro

/// A writer schema, understood: which survey's alerts it describes and where their fields are.
///
/// It is made once for a schema text and then serves every packet that carries the text.
package final class AlertSchema: Sendable {
    /// The survey whose packets have this schema.
    package let survey: Survey
    /// The writer's schema.
    package let writer: AvroSchema
    /// `v4_02`, `v11_1`: as the schema itself says, in the form that stream names and clients use; `nil` where it does not.
    package let version: String?
    /// Takes ``columns`` after the fixed fields of the survey, the history lists, and the spans of the cutouts.
    package let projection: Projection
    /// Makes text of the enums among the projection's fields; `nil` where there are none, as in every survey's own schemas.
    let symbols: SymbolTexts?
    /// The fields that the survey's alert table takes.
    package let columns: [AlertColumn]
    /// How many others it does not take, besides images and histories.
    package let withoutColumn: Int
    /// Where each of ``columns`` is among the projection's.
    package let columnIndexes: [Int]
    /// For each history table of the survey, where the alert's own detection has the table's columns among the
    /// projection's; empty for a table in which it has no place.
    package let ownIndexes: [[Int]]

    /// A history that is no array of records is left unread: two packets that Fink rewrote have theirs as text.
    private static func readable(_ list: Projection.List, in record: AvroRecord) -> Projection.List {
        guard let type = record.field(named: list.path)?.type,
            case .array(let item) = (type.nullable?.value ?? type).kind, item.record != nil
        else { return Projection.List(path: "no \(list.path)", columns: list.columns) }
        return list
    }

    /// LSST's stands in the name, `lsst.v7_4.alert`; ZTF's beside the fields. Packets carry wrong ones: they are not asked.
    private static func version(of writer: AvroSchema, _ record: AvroRecord) -> String? {
        let parts = record.fullName.split(separator: ".")
        if parts.count == 3, parts[1].first == "v", parts[1].dropFirst().first?.isNumber == true {
            return String(parts[1])
        }
        guard let text = try? JSONValue.parse(writer.json[...])["version"]?.string, text.count <= 16,
            text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") })
        else { return nil }
        return "v" + text.replacing(".", with: "_")
    }

    /// - Throws: ``AlertError/Code/unknownSurvey`` for sound Avro that is no alert of any ``Survey/all``.
    package init(_ writer: AvroSchema) throws(AlertError) {
        guard let record = writer.root.record else {
            throw AlertError(.unknownSurvey, detail: "the schema is of type \(writer.root.name), not a record")
        }
        guard let survey = Survey.all.first(where: { $0.packet.matches(record) }) else {
            let near = Survey.all.lazy.compactMap { $0.packet.nearMiss(record) }.first
            throw AlertError(
                .unknownSurvey,
                detail: near ?? "the record is called \(record.fullName); Nightjar takes \(Survey.titles) alerts")
        }
        self.survey = survey
        let (packet, lists) = (survey.packet, survey.packet.lists(record))
        var paths = packet.paths(record)
        (columns, withoutColumn) = packet.columns.columns(of: record)
        var indices = Dictionary(zip(paths, 0...), uniquingKeysWith: { first, _ in first })
        columnIndexes = columns.map { column in
            if let index = indices[column.path] { return index }
            indices[column.path] = paths.count
            paths.append(column.path)
            return paths.count - 1
        }
        ownIndexes = survey.tables.history.map { table in
            table.ownPaths.map { path in
                if let index = indices[path] { return index }
                indices[path] = paths.count
                paths.append(path)
                return paths.count - 1
            }
        }
        self.writer = writer
        version = Self.version(of: writer, record)
        let readable = lists.map { Self.readable($0, in: record) }
        symbols = SymbolTexts(of: record, columns: paths, lists: readable)
        do {
            projection = try Projection(schema: writer, columns: paths, lists: readable, spans: packet.cutouts)
        } catch {
            throw AlertError(error)
        }
    }
}
