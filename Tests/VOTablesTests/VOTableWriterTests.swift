import Testing
import VOTables
import XML

/// Expected: VOTable 1.4, sections 2 and 5.1, read back by another parser of XML.
@Suite struct VOTableWriterTests {
    private let fields = [
        TableField("id", .integer, ucd: "meta.id;meta.main", "an \"id\" & <more>"),
        TableField("ra", .real, unit: "deg"),
        TableField("name", .text), TableField("ok", .flag), TableField("n", .short),
    ]

    /// The elements' names with an attribute, and the texts of cells.
    private func read(_ bytes: [UInt8], _ attribute: String = "name") throws -> (elements: [String], cells: [String]) {
        var (elements, cells, isCell): ([String], [String], Bool) = ([], [], false)
        let stream = XMLStream { event in
            switch event {
            case .begin("TD", _):
                isCell = true
                cells.append("")
            case .begin(let name, let attributes):
                elements.append(name + (attributes[attribute].map { " \($0)" } ?? ""))
            case .text(let text): if isCell { cells[cells.count - 1] += String(decoding: text, as: UTF8.self) }
            case .end("TD"): isCell = false
            case .end: break
            }
            return nil
        }
        // Swift 6.3.1 crashes over a closure that throws this type here.
        var failure: XMLError?
        bytes.withUnsafeBytes { bytes in
            do throws(XMLError) { try stream.parse(bytes, isLast: true) } catch { failure = error }
        }
        if let failure { throw failure }
        return (elements, cells)
    }

    @Test("values are whole and texts are texts again") func values() throws {
        var writer = VOTableWriter(fields, name: "t")
        let text = "a<b>&\"c\"\n\té\u{1}"
        writer.add([.integer(.max), .real(-1e-300), .text(text), .integer(1), .integer(-5)])
        writer.add([.null, .real(.nan), .null, .integer(0), .null])
        writer.add([.integer(.min), .real(.infinity), .text(""), .null, .integer(1 << 40)])
        let found = try read(writer.end())
        #expect(
            found.cells == [
                "9223372036854775807", "-1e-300", "a<b>&\"c\"\n\té\u{FFFD}", "true", "-5", "", "NaN", "", "false", "",
                "-9223372036854775808", "+Inf", "", "", "",
            ])
    }

    @Test("fields have their types, units and UCDs") func described() throws {
        let bytes = VOTableWriter(fields, name: "t").end()
        #expect(
            try read(bytes, "datatype").elements.filter { $0.hasPrefix("FIELD") } == [
                "FIELD long", "FIELD double", "FIELD char", "FIELD boolean", "FIELD int",
            ])
        #expect(try read(bytes, "ucd").elements.contains("FIELD meta.id;meta.main"))
        #expect(try read(bytes, "unit").elements.contains("FIELD deg"))
    }

    @Test("what is cut off, fails, or takes ids of a column is said") func infos() throws {
        let cut = try read(VOTableWriter(fields, name: "t").end(isTruncated: true), "value")
        #expect(cut.elements.last == "INFO OVERFLOW")
        #expect(try read(VOTableWriter.failure("x < y"), "value").elements == ["VOTABLE", "RESOURCE", "INFO ERROR"])
        let old = try read(VOTableWriter.failure("x < y", version: .v1_1), "value")
        #expect(old.elements == ["VOTABLE", "RESOURCE", "INFO x < y"])
        let service = VOTableWriter.Descriptor(
            accessURL: "http://a/?b&c", standardID: "ivo://x", parameter: "ID", column: 0)
        let described = try read(VOTableWriter(fields, name: "t", descriptor: service).end(), "ref").elements
        #expect(described.contains("PARAM id"))
        #expect(
            try read(VOTableWriter(fields, name: "t", descriptor: service).end(), "ID").elements.contains("FIELD id"))
    }

    @Test("a number that version 1.1 cannot leave out is none") func old() throws {
        var writer = VOTableWriter(fields, name: "t", version: .v1_1)
        writer.add([.integer(1), .null, .text("x"), .null, .integer(1)])
        #expect(try read(writer.end(isTruncated: true)).cells == ["1", "NaN", "x", "", "1"])
    }
}
