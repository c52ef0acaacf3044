internal import Alerts
internal import Foundation
internal import Query

/// `nightjar cone RA DEC RADIUS --data DIR`
enum ConeCommand {
    /// A match as JSON and CSV have it.
    private struct Row: Encodable {
        let survey: String
        /// Digits: a number of 64 bits is more than many readers of JSON keep.
        let id: String
        let objectId: String?
        let mjd_tai: Double
        let ra: Double
        let dec: Double
        let separation_arcsec: Double

        init(_ match: ConeSearch.Match, _ survey: Survey) {
            self.survey = survey.name
            id = String(match.id)
            objectId = match.objectId
            mjd_tai = match.epoch.mjdTAI
            ra = match.ra
            dec = match.dec
            separation_arcsec = match.distance
        }

        enum CodingKeys: String, CodingKey, CaseIterable {
            case survey, id, objectId, mjd_tai, ra, dec, separation_arcsec
        }

        /// An object without a name is null, not left out.
        func encode(to encoder: any Encoder) throws {
            var row = encoder.container(keyedBy: CodingKeys.self)
            try row.encode(survey, forKey: .survey)
            try row.encode(id, forKey: .id)
            try row.encode(objectId, forKey: .objectId)
            try row.encode(mjd_tai, forKey: .mjd_tai)
            try row.encode(ra, forKey: .ra)
            try row.encode(dec, forKey: .dec)
            try row.encode(separation_arcsec, forKey: .separation_arcsec)
        }

        /// The times to 0.1 s, the places to 0.004 arcsec.
        var texts: [String] {
            [
                survey, id, objectId ?? "", String(format: "%.6f", mjd_tai), String(format: "%.6f", ra),
                String(format: "%+.6f", dec), String(format: "%.3f", separation_arcsec),
            ]
        }
    }

    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(words, withValue: ["survey"], repeatable: ["data"], flags: ["json", "csv"])
        let folders = try call.dataFolders()
        guard call.operands.count == 3 else { throw UsageError("say RA, DEC and RADIUS") }
        guard let ra = SkyAngle.rightAscension(call.operands[0]) else {
            throw UsageError(
                "RA '\(call.operands[0])': say degrees from 0 to 360, or hours as 10:00:00.5 or 10h00m00.5s")
        }
        guard let dec = SkyAngle.declination(call.operands[1]) else {
            throw UsageError("DEC '\(call.operands[1])': say degrees from -90 to 90, or -20:30:00 or -20d30m00s")
        }
        guard let radius = Double(call.operands[2]), (0...648_000).contains(radius) else {
            throw UsageError("RADIUS '\(call.operands[2])': say arcsec from 0 to 648000")
        }
        let (isJSON, isCSV) = (call.flags.contains("json"), call.flags.contains("csv"))
        guard !isJSON || !isCSV else { throw UsageError("--json and --csv exclude each other") }
        var surveys = Survey.all
        if let name = call.options["survey"] {
            guard let survey = Survey.named(name) else { throw UsageError("--survey is \(Survey.names)") }
            surveys = [survey]
        }
        let reader = try DataReader(folders)
        let rows = try surveys.flatMap { survey in
            try reader.cone(survey: survey, ra: ra, dec: dec, radius: radius).map { Row($0, survey) }
        }
        if rows.isEmpty {
            let place = String(format: "%.6f %+.6f", ra, dec)
            Terminal.note("no alert within \(call.operands[2]) arcsec of \(place) (degrees, ICRS)")
        }
        if isJSON {
            try Terminal.put(encoded: rows)
        } else if isCSV {
            for line in [Row.CodingKeys.allCases.map(\.rawValue)] + rows.map(\.texts) {
                try Terminal.say(line.map(quoted).joined(separator: ","))
            }
        } else if !rows.isEmpty {
            try table(rows)
        }
    }

    private static func table(_ rows: [Row]) throws {
        let header = ["survey", "id", "objectId", "MJD (TAI)", "ra (deg)", "dec (deg)", "separation (arcsec)"]
        let lines = [header] + rows.map { $0.texts.map { $0.isEmpty ? "-" : $0 } }
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        for line in lines {
            let columns = zip(line, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
            try Terminal.say(columns.joined(separator: "  ").trimmingCharacters(in: .whitespaces))
        }
    }

    /// A field as RFC 4180 has it.
    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
