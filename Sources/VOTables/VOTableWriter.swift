/// Writes a table as a VOTable, row by row (TABLEDATA).
///
/// Source: VOTable 1.4 (Ochsenbein et al. 2019); of version 1.1 what the Simple Cone Search asks for.
package struct VOTableWriter {
    /// Which VOTable it is. Version 1.1 knows no empty cell and nothing behind a table.
    package enum Version: Sendable { case v1_1, v1_4 }

    /// A service that takes the values of a column, as a service descriptor of DataLink 1.0 says it.
    package struct Descriptor: Sendable {
        /// Where the service is.
        package let accessURL: String
        /// Its standard, such as `ivo://ivoa.net/std/DataLink#links-1.0`.
        package let standardID: String
        /// The service's parameter that takes a value.
        package let parameter: String
        /// The number of the column.
        package let column: Int
        /// Parameters that have one value.
        package let constants: [(name: String, value: String)]

        /// A service and a column.
        package init(
            accessURL: String, standardID: String, parameter: String, column: Int,
            constants: [(name: String, value: String)] = []
        ) {
            (self.accessURL, self.standardID) = (accessURL, standardID)
            (self.parameter, self.column, self.constants) = (parameter, column, constants)
        }
    }

    /// What has been written.
    package private(set) var bytes: [UInt8] = []
    private let fields: [TableField]
    private let version: Version
    private let descriptor: Descriptor?

    /// The beginning of a document with a table of results.
    ///
    /// - Parameters:
    ///   - fields: The columns.
    ///   - name: The table's name.
    ///   - infos: Names and values of INFO elements before the table.
    ///   - version: Which VOTable it is.
    ///   - descriptor: A service that takes a column's values; only for version 1.4.
    package init(
        _ fields: [TableField], name: String, infos: [(name: String, value: String, text: String)] = [],
        version: Version = .v1_4, descriptor: Descriptor? = nil
    ) {
        self.fields = fields
        self.version = version
        self.descriptor = descriptor
        begin()
        for info in infos { self.info(info.name, info.value, info.text) }
        write("<TABLE name=\"\(XMLText.escaped(name))\">\n")
        for (number, field) in fields.enumerated() { self.field(field, number) }
        write("<DATA><TABLEDATA>\n")
    }

    /// A document that says what went wrong, and has no table.
    package static func failure(_ message: String, version: Version = .v1_4) -> [UInt8] {
        var writer = VOTableWriter(version)
        writer.begin()
        switch version {
        case .v1_4: writer.info("QUERY_STATUS", "ERROR", message)
        // Simple Cone Search 1.03, 2.3.
        case .v1_1: writer.info("Error", message, "")
        }
        writer.write("</RESOURCE>\n</VOTABLE>\n")
        return writer.bytes
    }

    private init(_ version: Version) { (fields, self.version, descriptor) = ([], version, nil) }

    private mutating func begin() {
        write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        switch version {
        case .v1_4: write("<VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\">\n")
        case .v1_1: write("<VOTABLE version=\"1.1\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.1\">\n")
        }
        write("<RESOURCE type=\"results\">\n")
    }

    private mutating func write(_ text: String) { bytes += text.utf8 }

    private mutating func info(_ name: String, _ value: String, _ text: String) {
        write("<INFO name=\"\(XMLText.escaped(name))\" value=\"\(XMLText.escaped(value))\">")
        write("\(XMLText.escaped(text))</INFO>\n")
    }

    private mutating func field(_ field: TableField, _ number: Int) {
        let type = "datatype=\"\(field.kind.datatype)\"" + (field.kind == .text ? " arraysize=\"*\"" : "")
        // Some readers call a column by its ID, so that only the one has it that a service refers to.
        let id = descriptor?.column == number ? "ID=\"\(Self.id(of: field.name))\" " : ""
        write("<FIELD \(id)name=\"\(XMLText.escaped(field.name))\" \(type)")
        if let unit = field.unit { write(" unit=\"\(XMLText.escaped(unit))\"") }
        if let ucd = field.ucd { write(" ucd=\"\(XMLText.escaped(ucd))\"") }
        if version == .v1_4, let xtype = field.xtype { write(" xtype=\"\(XMLText.escaped(xtype))\"") }
        guard let description = field.description else { return write("/>\n") }
        write("><DESCRIPTION>\(XMLText.escaped(description))</DESCRIPTION></FIELD>\n")
    }

    /// A name as XML takes it for an ID: the name itself where that is possible.
    private static func id(of name: String) -> String {
        name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil ? "linked_column" : name
    }

    /// Adds a row, with as many values as there are columns.
    package mutating func add(_ row: [TableCell]) {
        bytes += "<TR>".utf8
        for (field, cell) in zip(fields, row) {
            bytes += "<TD>".utf8
            append(cell.fitted(to: field.kind), field.kind)
            bytes += "</TD>".utf8
        }
        bytes += "</TR>\n".utf8
    }

    private mutating func append(_ cell: TableCell, _ kind: TableField.Kind) {
        switch cell {
        case .null: if kind == .real, version == .v1_1 { bytes += "NaN".utf8 }
        case .integer(let number):
            bytes += kind == .flag ? (number == 0 ? "false" : "true").utf8 : String(number).utf8
        case .real(let number):
            bytes += (number.isInfinite ? (number < 0 ? "-Inf" : "+Inf") : number.isNaN ? "NaN" : "\(number)").utf8
        case .text(let text): XMLText.append(text, to: &bytes)
        }
    }

    /// Ends the document.
    ///
    /// - Parameters:
    ///   - isTruncated: Whether there are more rows.
    ///   - failure: What went wrong after the first row; `nil` for nothing.
    /// - Returns: The whole document.
    package consuming func end(isTruncated: Bool = false, failure: String? = nil) -> [UInt8] {
        write("</TABLEDATA></DATA>\n</TABLE>\n")
        if version == .v1_4 {
            if let failure {
                info("QUERY_STATUS", "ERROR", failure)
            } else if isTruncated {
                info("QUERY_STATUS", "OVERFLOW", "there are more rows than are sent")
            }
        }
        write("</RESOURCE>\n")
        if let descriptor { describe(descriptor) }
        write("</VOTABLE>\n")
        return bytes
    }

    private mutating func describe(_ service: Descriptor) {
        func value(_ name: String, _ text: String) -> String {
            "<PARAM name=\"\(name)\" datatype=\"char\" arraysize=\"*\" value=\"\(XMLText.escaped(text))\"/>\n"
        }
        write("<RESOURCE type=\"meta\" utype=\"adhoc:service\">\n")
        write(value("accessURL", service.accessURL) + value("standardID", service.standardID))
        write("<GROUP name=\"inputParams\">\n<PARAM name=\"\(XMLText.escaped(service.parameter))\" datatype=\"char\" ")
        write("arraysize=\"*\" value=\"\" ref=\"\(Self.id(of: fields[service.column].name))\"/>\n")
        for constant in service.constants { write(value(constant.name, constant.value)) }
        write("</GROUP>\n</RESOURCE>\n")
    }
}
