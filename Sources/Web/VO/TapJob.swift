internal import Foundation
internal import VOTables

/// A query that is made in the background.
///
/// Source: UWS 1.1 (Harrison & Rixon 2016).
struct TapJob: Sendable {
    enum Phase: String, Sendable {
        case pending = "PENDING"
        case queued = "QUEUED"
        case executing = "EXECUTING"
        case completed = "COMPLETED"
        case error = "ERROR"
        case aborted = "ABORTED"

        /// Whether nothing will change any more.
        var isOver: Bool { [.completed, .error, .aborted].contains(self) }
    }

    /// Seconds for which jobs are kept where the client does not say, and at most.
    static let (standardLife, longestLife) = (3_600, 86_400)

    let id: String
    var parameters: [(name: String, value: String)]
    var phase = Phase.pending
    let creation = Date()
    var start: Date?
    var end: Date?
    var destruction = Date(timeIntervalSinceNow: TimeInterval(TapJob.standardLife))
    /// Seconds of reading.
    var duration = WebSettings.readingSeconds
    var error: String?
    var result: SpoolFile?
    var format = TableDocument.Format.votable

    /// When it will have ended, if it starts at once.
    var quote: Date { end ?? (start ?? Date()).addingTimeInterval(TimeInterval(duration)) }

    static func shown(_ date: Date) -> String { date.formatted(.iso8601) }

    /// The job as XML.
    func document(at address: String) -> String {
        func date(_ name: String, _ date: Date?) -> String {
            date.map { "<uws:\(name)>\(Self.shown($0))</uws:\(name)>\n" } ?? "<uws:\(name) xsi:nil=\"true\"/>\n"
        }
        var xml = "<uws:job \(Self.namespaces) version=\"1.1\">\n<uws:jobId>\(id)</uws:jobId>\n"
        if let run = parameters.last(where: { $0.name.uppercased() == "RUNID" })?.value {
            xml += "<uws:runId>\(XMLText.escaped(run))</uws:runId>\n"
        }
        xml += "<uws:ownerId xsi:nil=\"true\"/>\n<uws:phase>\(phase.rawValue)</uws:phase>\n"
        xml += date("quote", quote) + date("creationTime", creation) + date("startTime", start) + date("endTime", end)
        xml += "<uws:executionDuration>\(duration)</uws:executionDuration>\n" + date("destruction", destruction)
        xml += parametersXML(namespace: "") + resultsXML(at: address, namespace: "")
        if let error {
            xml += "<uws:errorSummary type=\"fatal\" hasDetail=\"true\"><uws:message>\(XMLText.escaped(error))"
            xml += "</uws:message></uws:errorSummary>\n"
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xml + "</uws:job>\n"
    }

    static let namespaces = """
        xmlns:uws="http://www.ivoa.net/xml/UWS/v1.0" xmlns:xlink="http://www.w3.org/1999/xlink" \
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
        """

    /// The parameters as XML.
    func parametersXML(namespace: String) -> String {
        let list = parameters.filter { $0.name.uppercased() != "PHASE" }.map { parameter in
            "<uws:parameter id=\"\(XMLText.escaped(parameter.name))\">\(XMLText.escaped(parameter.value))</uws:parameter>\n"
        }
        return "<uws:parameters\(namespace)>\n\(list.joined())</uws:parameters>\n"
    }

    /// The results as XML.
    func resultsXML(at address: String, namespace: String) -> String {
        guard let result else { return "<uws:results\(namespace)/>\n" }
        return """
            <uws:results\(namespace)>
            <uws:result id="result" xlink:type="simple" xlink:href="\(XMLText.escaped(address))/\(id)/results/result" \
            mime-type="\(XMLText.escaped(format.mediaType))" size="\(result.count)"/>
            </uws:results>

            """
    }
}
