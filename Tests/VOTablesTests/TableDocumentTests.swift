import FITS
import TestSupport
import Testing
import VOTables

/// Expected: RFC 4180; FITS read back by cfitsio.
@Suite struct TableDocumentTests {
    private let fields = [
        TableField("id", .integer, ucd: "meta.id"), TableField("x", .real, unit: "mag"), TableField("name", .text),
        TableField("ok", .flag), TableField("n", .short),
    ]

    private func document(_ format: TableDocument.Format, _ rows: [[TableCell]]) -> [UInt8] {
        var document = TableDocument(format, fields, name: "t")
        for row in rows { document.add(row) }
        return document.end()
    }

    @Test("CSV quotes what must be, and ids stay whole") func csv() {
        let text = String(
            decoding: document(
                .csv,
                [
                    [.integer(.max), .real(0.1), .text("a,\"b\"\n"), .integer(1), .null],
                    [.null, .null, .text(""), .null, .null],
                ]),
            as: UTF8.self)
        #expect(text == "id,x,name,ok,n\r\n9223372036854775807,0.1,\"a,\"\"b\"\"\n\",1,\r\n,,\"\",,\r\n")
    }

    @Test("lines of TSV are one row each") func tsv() {
        let text = String(
            decoding: document(.tsv, [[.integer(1), .null, .text("a\tb\nc"), .null, .integer(2)]]), as: UTF8.self)
        #expect(text == "id\tx\tname\tok\tn\n1\t\ta b c\t\t2\n")
    }

    @Test("FITS is a table that cfitsio reads", arguments: [5, 100]) func fits(width: Int) throws {
        let folder = try TemporaryFolder()
        let long = String(repeating: "z", count: width)
        let path = try folder.write(
            document(
                .fits,
                [
                    [.integer(.max), .real(1.5), .text(long), .integer(1), .integer(-7)],
                    [.null, .null, .null, .null, .null],
                    [.integer(-1), .real(-1e300), .text("é'"), .integer(0), .integer(7)],
                ]), to: "t.fits")
        let table = try FITSTable(path: path)
        #expect(table.count == 3 && table.columns.map(\.name) == ["id", "x", "name", "ok", "n"])
        #expect(table.columns[1].unit == "mag")
        guard case .integers(let ids) = try table.values(of: 0, in: 0..<3),
            case .reals(let numbers) = try table.values(of: 1, in: 0..<3)
        else { throw FITSError(.notFITS, detail: "columns of other kinds") }
        #expect(ids == [.max, nil, -1] && numbers[0] == 1.5 && numbers[1].isNaN && numbers[2] == -1e300)
        if width <= FITSTableWriter.widest {
            guard case .texts(let texts) = try table.values(of: 2, in: 0..<3) else {
                throw FITSError(.notFITS, detail: "no texts")
            }
            #expect(texts[0] == long && texts[2] == "?'")
        } else {
            // Texts of any length lie behind the rows, where this reader does not look.
            #expect(table.columns[2].kind == .other)
        }
    }

    @Test("one long text among many short ones does not blow up the table") func uneven() throws {
        var document = TableDocument(.fits, [TableField("name", .text)], name: "t")
        for row in 0..<100_000 { document.add([.text(row == 7 ? String(repeating: "x", count: 60) : "y")]) }
        #expect(document.end().count < 2_000_000)
    }

    @Test("names differ in capitals alone nowhere") func unique() {
        let names = TableField.unique(["a", "A", "b", "a_2", "a"].map { TableField($0, .text) }).map(\.name)
        #expect(Set(names.map { $0.lowercased() }).count == 5 && names.first == "a")
    }

    @Test("values of another kind are fitted where nothing is lost") func fitted() {
        #expect(
            TableCell.real(3).fitted(to: .integer) == .integer(3) && TableCell.real(3.5).fitted(to: .integer) == .null)
        #expect(TableCell.text("x").fitted(to: .real) == .null && TableCell.integer(1).fitted(to: .text) == .text("1"))
        #expect(
            TableCell.integer(1 << 40).fitted(to: .short) == .null
                && TableCell.integer(9).fitted(to: .flag) == .integer(1))
    }
}
