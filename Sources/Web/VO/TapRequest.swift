internal import ADQL
internal import Alerts
internal import DataLayout
internal import HTTP
internal import Query
internal import VOTables

/// A query of TAP, as its parameters say it.
///
/// Source: TAP 1.1 (Dowler et al. 2019), section 2.
struct TapRequest {
    /// Rows where MAXREC does not say, and at most.
    static let (standardRows, mostRows) = (20_000, 500_000)
    /// Bytes of an answer at once, and of a job's result.
    static let (longestAnswer, longestResult) = (8 << 20, 32 << 20)

    let query: String
    let format: TableDocument.Format
    let rows: Int

    /// Reads the parameters.
    ///
    /// - Throws: ``Problem`` for one that is missing, or not known.
    init(_ parameters: [(name: String, value: String)]) throws(Problem) {
        func value(_ name: String) -> String? {
            parameters.last { $0.name.uppercased() == name && !$0.value.isEmpty }?.value
        }
        if let request = value("REQUEST"), request.lowercased() != "doquery" {
            throw Problem(.badRequest, "REQUEST is doQuery, and not \(request.quoted)")
        }
        guard let language = value("LANG") else { throw Problem(.badRequest, "LANG is missing: ADQL") }
        guard ["ADQL", "ADQL-2.0", "ADQL-2.1"].contains(language.uppercased()) else {
            throw Problem(.badRequest, "LANG is ADQL, ADQL-2.0 or ADQL-2.1, and not \(language.quoted)")
        }
        guard value("UPLOAD") == nil else {
            throw Problem(.badRequest, "tables cannot be uploaded here (UPLOAD); nothing can be written")
        }
        guard let query = value("QUERY") else { throw Problem(.badRequest, "QUERY is missing: a SELECT of ADQL") }
        self.query = query
        format = try Self.format(value("RESPONSEFORMAT") ?? value("FORMAT") ?? "votable")
        guard let text = value("MAXREC") else {
            rows = Self.standardRows
            return
        }
        guard let rows = Int(text), rows >= 0 else {
            throw Problem(.badRequest, "MAXREC is a number of rows, and not \(text.quoted)")
        }
        self.rows = min(rows, Self.mostRows)
    }

    /// The forms by their names and media types, as capabilities list them.
    static let formats: [(format: TableDocument.Format, id: String, mime: String, aliases: [String])] = [
        (
            .votable, "ivo://ivoa.net/std/TAPRegExt#output-votable-td", "application/x-votable+xml",
            ["votable", "votable/td", "text/xml", "application/x-votable+xml;serialization=tabledata"]
        ), (.csv, "", "text/csv", ["csv"]), (.tsv, "", "text/tab-separated-values", ["tsv"]),
        (.fits, "", "application/fits", ["fits"]),
    ]

    private static func format(_ name: String) throws(Problem) -> TableDocument.Format {
        let wanted = name.lowercased().filter { $0 != " " }
        let plain = wanted.prefix { $0 != ";" }
        for known in formats where known.mime == wanted || known.aliases.contains(wanted) { return known.format }
        // Parameters that say nothing of another form, such as header=present.
        let isOther = wanted.contains("serialization=")
        for known in formats where !isOther && known.mime == plain { return known.format }
        throw Problem(
            .badRequest,
            "RESPONSEFORMAT is votable, csv, tsv or fits, and not \(name.quoted)")
    }

    /// The table that answers it.
    ///
    /// - Parameters:
    ///   - readers: Open data folders.
    ///   - settings: The server's.
    ///   - longest: Bytes of it at most.
    ///   - seconds: How long the statement may read.
    ///   - link: The address of a path below `/vo`.
    ///   - goesOn: Whether somebody still waits.
    /// - Returns: The whole document.
    /// - Throws: ``Problem`` where it cannot be made.
    func answer(
        _ readers: ReaderPool, _ settings: WebSettings, longest: Int, seconds: Int,
        link: (String) -> String, goesOn: () -> Bool = { true }
    ) throws -> [UInt8] {
        guard settings.folders.count <= FolderQuery.mostFolders else {
            throw Problem(.refusedStatement, "TAP reads \(FolderQuery.mostFolders) data folders at most")
        }
        let access = try readers.read { try readers.tables.access($0) }
        let query: ADQLQuery
        do throws(ADQLError) { query = try ADQLQuery(self.query, tables: access.tables, limit: rows + 1) } catch {
            throw Problem(.badRequest, "\(error)")
        }
        guard format != .fits || query.fields.count <= FITSTableWriter.mostColumns else {
            throw Problem(
                .badRequest,
                "a table of FITS has \(FITSTableWriter.mostColumns) columns at most, and this one \(query.fields.count)"
            )
        }
        let found = try access.rows(
            of: query, folders: settings.folders, until: .now + .seconds(seconds))
        var document = TableDocument(
            format, query.fields, name: "result", infos: [("QUERY_STATUS", "OK", ""), ("QUERY", self.query, "")],
            descriptor: Self.descriptor(query, link))
        var isTruncated = false
        while let row = try found.next() {
            guard document.count < rows, document.length < longest, goesOn() else {
                isTruncated = true
                break
            }
            document.add(row.map { TableCell($0) })
        }
        return document.end(isTruncated: isTruncated)
    }

    /// The service that gives the packets and pictures of alerts, where a column has their ids.
    private static func descriptor(_ query: ADQLQuery, _ link: (String) -> String) -> VOTableWriter.Descriptor? {
        for (column, origin) in query.origins.enumerated() {
            guard let origin,
                let survey = Survey.all.first(where: {
                    $0.tables.alerts == origin.table && $0.tables.idColumn == origin.column
                })
            else { continue }
            return VOTableWriter.Descriptor(
                accessURL: link("datalink"), standardID: LinkService.standard, parameter: "ID",
                column: column, constants: [("SURVEY", survey.name)])
        }
        return nil
    }
}

extension TableCell {
    /// A value of a query's row; bytes are in hexadecimal.
    init(_ value: FolderQuery.Value) {
        switch value {
        case .null: self = .null
        case .integer(let number): self = .integer(number)
        case .real(let number): self = .real(number)
        case .text(let text): self = .text(text)
        case .blob(let bytes):
            let digits = Array("0123456789abcdef")
            self = .text(bytes.reduce(into: "") { $0 += "\(digits[Int($1 >> 4)])\(digits[Int($1 & 15)])" })
        }
    }
}
