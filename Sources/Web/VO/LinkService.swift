internal import Alerts
internal import DataLayout
internal import Escaping
internal import Query
internal import VOTables

/// DataLink: from an alert to its packet, its pictures and its object.
///
/// Source: DataLink 1.1 (Bonnarel et al. 2023).
enum LinkService {
    /// Ids of a request at most.
    private static let mostIds = 100
    static let standard = "ivo://ivoa.net/std/DataLink#links-1.1"

    private static let fields = [
        TableField("ID", .text, ucd: "meta.id;meta.main", "Id that was asked for"),
        TableField("access_url", .text, ucd: "meta.ref.url", "Where the link leads"),
        TableField("service_def", .text, ucd: "meta.ref", "Service descriptor; none here"),
        TableField("error_message", .text, ucd: "meta.code.error", "Why there is no link"),
        TableField("description", .text, ucd: "meta.note", "What is there"),
        TableField("semantics", .text, ucd: "meta.code", "What it is to the alert"),
        TableField("content_type", .text, ucd: "meta.code.mime", "Media type"),
        TableField("content_length", .integer, unit: "byte", ucd: "phys.size;meta.file", "Length, where it is known"),
        TableField("content_qualifier", .text, "What kind of thing it is; not said here"),
        TableField("local_semantics", .text, ucd: "meta.code", "Which of the links of this service it is"),
        TableField("link_auth", .text, ucd: "meta.code", "Whether it asks for a token"),
        TableField("link_authorized", .flag, ucd: "meta.code", "Whether this request's user may follow it"),
    ]

    static func answer(_ question: ObservatoryQuestion) -> WebAnswer {
        var writer = VOTableWriter(
            fields, name: "links", infos: [("QUERY_STATUS", "OK", ""), ("standardID", standard, "")])
        let ids = question.all("ID")
        for id in ids.prefix(mostIds) {
            do { for row in try links(id, question) { writer.add(row) } } catch {
                let problem = Problem(of: error)
                let fault =
                    problem.kind == .notFound
                    ? "NotFoundFault" : problem.kind == .badRequest ? "UsageFault" : "FatalFault"
                writer.add(
                    [.text(id), .null, .null, .text("\(fault): \(problem.detail)"), .null, .text("#this")]
                        + Array(repeating: .null, count: 6))
            }
        }
        let bytes = writer.end(isTruncated: ids.count > mostIds)
        var answer = WebAnswer(bytes, "application/x-votable+xml;content=datalink")
        answer.caching = .none
        return answer
    }

    /// The alert of an id: `ztf/123`, `123`, or either behind the `?` of an identifier of the IVOA.
    private static func alert(
        _ text: String, _ question: ObservatoryQuestion, _ reader: DataReader
    ) throws -> ArchivedAlert {
        let local = text.hasPrefix("ivo://") ? text.split(separator: "?", maxSplits: 1).last ?? "" : text[...]
        let parts = local.split(separator: "/", omittingEmptySubsequences: false)
        let name = parts.count == 2 ? String(parts[0]) : question["SURVEY"]
        guard let last = parts.last, parts.count <= 2, let id = Int64(last) else {
            throw Problem(.badRequest, "an id is SURVEY/NUMBER, such as ztf/123, or the number alone")
        }
        guard let name else { return try reader.alert(id) }
        guard let survey = Survey.named(name) else {
            throw Problem(.badRequest, "the survey is \(Survey.names), and not \(name.quoted)")
        }
        return try reader.alert(id, of: survey)
    }

    private static func links(_ id: String, _ question: ObservatoryQuestion) throws -> [[TableCell]] {
        let (archived, decoded, length, object) = try question.read { reader in
            let archived = try alert(id, question, reader)
            return (
                archived, try AlertRoutes.decoded(archived), try archived.container().count,
                try reader.objectName(ofAlert: archived.id)
            )
        }
        let survey = archived.survey.name
        let root = "\(question.address)/api/v1/alerts/\(archived.id)"
        let isAuthorized = TableCell.integer(1)
        let needsToken: String
        if case .token = question.settings.access { needsToken = "true" } else { needsToken = "false" }
        func link(
            _ address: String, _ meaning: String, _ semantics: String, _ type: String, _ local: String,
            length: Int? = nil
        ) -> [TableCell] {
            [
                .text(id), .text(address), .null, .null, .text(meaning), .text(semantics), .text(type),
                length.map { .integer(Int64($0)) } ?? .null, .null, .text("#\(local)"), .text(needsToken), isAuthorized,
            ]
        }
        var links = [
            link(
                "\(root)/packet.avro?survey=\(survey)", "The alert's packet, an Avro container", "#this",
                "application/avro", "packet", length: length)
        ]
        let cutouts = decoded.alert.cutouts
        for (kind, bytes) in [
            ("science", cutouts.science), ("template", cutouts.template), ("difference", cutouts.difference),
        ] where bytes != nil {
            links.append(
                link(
                    "\(root)/cutouts/\(kind).png?survey=\(survey)", "The \(kind) cutout, north up", "#preview-image",
                    "image/png", kind))
        }
        if RegularFile.exists("\(archived.folder.path)/\(PlotPath.of(decoded.alert))") {
            links.append(
                link(
                    "\(root)/plot.png?survey=\(survey)", "The light curve and its SALT2 fit", "#preview-plot",
                    "image/png",
                    "plot"))
        }
        links.append(
            link(
                "\(question.address)/alerts/\(archived.id)", "The alert's page", "#auxiliary", "text/html", "alert-page"
            ))
        if let object {
            let name = PercentEncoding.escape(object)
            links.append(
                link(
                    "\(question.address)/api/v1/objects/\(name)/photometry?survey=\(survey)&format=votable",
                    "The light curve of its object", "#auxiliary", "application/x-votable+xml", "light-curve"))
            links.append(
                link(
                    "\(question.address)/objects/\(name)", "The object's page", "#auxiliary", "text/html", "object-page"
                ))
        }
        return links
    }
}
