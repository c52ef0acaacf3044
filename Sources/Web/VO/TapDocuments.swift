internal import Alerts
internal import Query
internal import VOTables

/// What the TAP service says of itself.
enum TapDocuments {
    private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    static let schemaInstance = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""

    /// Source: VOSI 1.1, section 3.
    static func availability(_ question: ObservatoryQuestion) -> String {
        var (isAvailable, note) = ("true", "")
        do { _ = try question.tables() } catch {
            (isAvailable, note) = ("false", "<vosi:note>\(XMLText.escaped(Problem(of: error).detail))</vosi:note>\n")
        }
        return head + """
            <vosi:availability xmlns:vosi="http://www.ivoa.net/xml/VOSIAvailability/v1.0">
            <vosi:available>\(isAvailable)</vosi:available>
            \(note)</vosi:availability>

            """
    }

    // MARK: - Capabilities

    /// Source: VOSI 1.1, section 2; TAPRegExt 1.0.
    static func capabilities(_ question: ObservatoryQuestion) -> String {
        head + """
            <vosi:capabilities xmlns:vosi="http://www.ivoa.net/xml/VOSICapabilities/v1.0" \
            xmlns:tr="http://www.ivoa.net/xml/TAPRegExt/v1.0" xmlns:vr="http://www.ivoa.net/xml/VOResource/v1.0" \
            xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1" \(schemaInstance)>
            \(tap(question))\(plain("VOSI#capabilities", "capabilities", question))\
            \(plain("VOSI#availability", "availability", question))\(plain("VOSI#tables-1.1", "tables", question))\
            \(plain("DALI#examples", "examples", question))</vosi:capabilities>

            """
    }

    private static func plain(_ id: String, _ path: String, _ question: ObservatoryQuestion) -> String {
        let interface = id.hasPrefix("DALI") ? "vr:WebBrowser" : "vs:ParamHTTP"
        return """
            <capability standardID="ivo://ivoa.net/std/\(id)">
            <interface xsi:type="\(interface)"\(id.hasPrefix("DALI") ? "" : " role=\"std\"")>
            <accessURL use="full">\(XMLText.escaped(question.link("tap/\(path)")))</accessURL>
            \(security(question))</interface>
            </capability>

            """
    }

    /// Where a token is asked for, it is the password of Basic.
    static func security(_ question: ObservatoryQuestion) -> String {
        if case .token = question.settings.access {
            return "<securityMethod standardID=\"ivo://ivoa.net/sso#BasicAA\"/>\n"
        }
        return ""
    }

    /// The capability of TAP, as registry records have it too.
    static func tap(_ question: ObservatoryQuestion) -> String {
        func features(_ type: String, _ names: [String]) -> String {
            "<languageFeatures type=\"ivo://ivoa.net/std/TAPRegExt#features-\(type)\">\n"
                + names.map { "<feature><form>\($0)</form></feature>\n" }.joined() + "</languageFeatures>\n"
        }
        let formats = TapRequest.formats.map { format in
            "<outputFormat\(format.id.isEmpty ? "" : " ivo-id=\"\(format.id)\"")>\n<mime>\(format.mime)</mime>\n"
                + format.aliases.filter { !$0.contains("/") }.map { "<alias>\($0)</alias>\n" }.joined()
                + "</outputFormat>\n"
        }
        return """
            <capability standardID="ivo://ivoa.net/std/TAP" xsi:type="tr:TableAccess">
            <interface role="std" version="1.1" xsi:type="vs:ParamHTTP">
            <accessURL use="base">\(XMLText.escaped(question.link("tap")))</accessURL>
            \(security(question))</interface>
            <language>
            <name>ADQL</name>
            <version ivo-id="ivo://ivoa.net/std/ADQL#v2.0">2.0</version>
            <version ivo-id="ivo://ivoa.net/std/ADQL#v2.1">2.1</version>
            <description>ADQL 2.1 without REGION, IN_UNIT and geometries as values</description>
            \(features(
                "adqlgeo",
                [
                    "POINT", "CIRCLE", "BOX", "POLYGON", "CENTROID", "CONTAINS", "INTERSECTS", "DISTANCE", "COORD1", "COORD2",
                    "COORDSYS", "AREA",
                ]))\
            \(features("adql-string", ["LOWER", "UPPER", "ILIKE"]))\
            \(features("adql-sets", ["UNION", "EXCEPT", "INTERSECT"]))\
            \(features("adql-common-table", ["WITH"]))\
            \(features("adql-type", ["CAST"]))\
            \(features("adql-offset", ["OFFSET"]))\
            </language>
            \(formats.joined())\
            <retentionPeriod><default>\(TapJob.standardLife)</default><hard>\(TapJob.longestLife)</hard></retentionPeriod>
            <executionDuration><default>\(WebSettings.readingSeconds)</default>\
            <hard>\(WebSettings.readingSeconds)</hard></executionDuration>
            <outputLimit><default unit="row">\(TapRequest.standardRows)</default>\
            <hard unit="row">\(TapRequest.mostRows)</hard></outputLimit>
            </capability>

            """
    }

    // MARK: - Tables

    /// Source: VOSI 1.1, section 4; VODataService 1.1.
    static func tables(_ access: TableAccess) -> String {
        head + """
            <vosi:tableset xmlns:vosi="http://www.ivoa.net/xml/VOSITables/v1.0" \
            xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1" \(schemaInstance)>
            \(schemas(access))</vosi:tableset>

            """
    }

    static func schemas(_ access: TableAccess) -> String {
        access.schemas.map { schema in
            "<schema>\n<name>\(schema.name)</name>\n<description>\(XMLText.escaped(schema.description))</description>\n"
                + schema.tables.map { table($0, element: "table") }.joined() + "</schema>\n"
        }.joined()
    }

    /// One table; `nil` for a name that none has.
    static func table(_ access: TableAccess, _ name: String) -> String? {
        for schema in access.schemas {
            for table in schema.tables where table.name.lowercased() == name.lowercased() {
                return head
                    + self.table(
                        table, element: "vosi:table",
                        namespaces: " xmlns:vosi=\"http://www.ivoa.net/xml/VOSITables/v1.0\""
                            + " xmlns:vs=\"http://www.ivoa.net/xml/VODataService/v1.1\" " + schemaInstance)
            }
        }
        return nil
    }

    private static func table(_ table: TableAccess.Table, element: String, namespaces: String = "") -> String {
        func line(_ element: String, _ text: String?) -> String {
            text.map { "<\(element)>\(XMLText.escaped($0))</\(element)>\n" } ?? ""
        }
        let columns = table.columns.map { column in
            let field = column.field
            return "<column std=\"\(column.isStandard)\">\n" + line("name", column.name)
                + line("description", field.description) + line("unit", field.unit) + line("ucd", field.ucd)
                + "<dataType xsi:type=\"vs:VOTableType\"\(field.kind == .text ? " arraysize=\"*\"" : "")>"
                + "\(field.kind.datatype)</dataType>\n" + (column.isIndexed ? "<flag>indexed</flag>\n" : "")
                + "</column>\n"
        }
        let keys = table.keys.map { key in
            "<foreignKey>\n" + line("targetTable", key.table) + "<fkColumn>\n" + line("fromColumn", key.from)
                + line("targetColumn", key.target) + "</fkColumn>\n</foreignKey>\n"
        }
        return "<\(element)\(namespaces) type=\"\(table.isView ? "view" : "table")\">\n" + line("name", table.name)
            + line("description", table.description) + columns.joined() + keys.joined() + "</\(element)>\n"
    }

    // MARK: - Examples

    /// Source: DALI 1.1, section 2.3.
    static func examples(_ question: ObservatoryQuestion) -> String {
        let list: [(id: String, name: String, text: String, query: String)] = [
            (
                "cone", "Alerts near a place", "The index of the sky serves CONTAINS of a POINT and a CIRCLE, degrees.",
                "SELECT TOP 100 candid, objectId, jd, ra, dec, magpsf FROM ztf_alerts\nWHERE 1 = CONTAINS(POINT('ICRS', ra, dec), CIRCLE('ICRS', 150.1, 2.2, 0.1))"
            ),
            (
                "light-curve", "The light curve of an object", "Upper limits have candid 0.",
                "SELECT jd, fid, magpsf, sigmapsf FROM ztf_detections\nWHERE objectId = 'ZTF24aaaaaaa' AND candid <> 0 ORDER BY jd"
            ),
            (
                "fits", "Good fits with their alerts", "Supernovae near their peak.",
                "SELECT a.objectId, a.ra, a.dec, s.z, s.t0, s.x1, s.c FROM ztf_salt2_newest AS s\nJOIN ztf_alerts AS a ON a.candid = s.candid WHERE s.quality = 'good'"
            ),
        ]
        let examples = list.map { example in
            """
            <div id="\(example.id)" resource="#\(example.id)" typeof="example">
            <h2 property="name">\(example.name)</h2>
            <p>\(example.text)</p>
            <pre property="query">\(XMLText.escaped(example.query).replacing("&#10;", with: "\n"))</pre>
            </div>

            """
        }
        return head + """
            <html xmlns="http://www.w3.org/1999/xhtml">
            <head><title>Nightjar: examples of queries</title></head>
            <body vocab="http://www.ivoa.net/rdf/examples#">
            <h1>Examples of queries</h1>
            \(examples.joined())</body>
            </html>

            """
    }
}
