import Alerts
import Foundation
import Packets
import TestSupport
import Testing

/// What the manifest of the public packets says of one record, read by fastavro and independent of this project.
private struct ManifestRow {
    let file: String
    let records: Int
    let candid: Int64?
    let object: String
    let time: Double?
    let history: Int
    let upperLimits: Int
    let forced: Int
    let cutoutBytes: Int
    let isSound: Bool

    /// Only the last column, a remark, may hold commas.
    init?(_ line: Substring, columns: [String: Int]) {
        let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        func cell(_ name: String) -> String { columns[name].map { $0 < cells.count ? String(cells[$0]) : "" } ?? "" }
        file = cell("file")
        records = Int(cell("records")) ?? 0
        candid = Int64(cell("candid"))
        object = cell("object")
        time = Double(cell("jd"))
        history = Int(cell("prv_candidates")) ?? 0
        upperLimits = Int(cell("upper_limits")) ?? 0
        forced = Int(cell("forced")) ?? 0
        cutoutBytes = Int(cell("cutout_bytes")) ?? 0
        isSound = cell("verified") == "ok"
    }
}

@Suite(.enabled(if: SharedFolder.isThere, Comment(rawValue: SharedFolder.skipped)))
struct ManifestTests {
    private static func rows() throws -> [String: ManifestRow] {
        let alerts = try #require(SharedFolder.alerts)
        let text = try String(contentsOf: alerts.appendingPathComponent("manifest.csv"), encoding: .utf8)
        var lines = text.split(whereSeparator: \.isNewline)
        let header = lines.removeFirst().split(separator: ",").enumerated()
        let columns = Dictionary(uniqueKeysWithValues: header.map { (String($0.element), $0.offset) })
        let rows = lines.compactMap { ManifestRow($0, columns: columns) }
        return Dictionary(rows.map { ($0.file, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Every alert of a folder of the shared packets, with the manifest's name of its file.
    private static func eachAlert(in group: String, _ see: (String, Alert) throws -> Void) throws -> [String] {
        let alerts = try #require(SharedFolder.alerts)
        let listed = try rows()
        var decoder = AlertDecoder()
        var failures: [String] = []
        let reader = try PacketReader(source: .folder(path: alerts.appendingPathComponent(group).path))
        while let batch = try reader.nextBatch(maxPackets: 100, maxBytes: 64 << 20) {
            for packet in batch.packets {
                // The manifest joins a tarball and its member by "!", the reader by "/".
                let member = (packet.location.member ?? "").replacing(".tar.gz/", with: ".tar.gz!")
                let name = "\(group)/\(member)"
                guard listed[name] != nil else { continue }
                var found: [Alert] = []
                do { try decoder.decode(packet.bytes) { found.append($0.alert) } } catch {
                    failures.append("\(name): \(error)")
                }
                for alert in found { try see(name, alert) }
            }
        }
        return failures
    }

    @Test("every ZTF packet's ids, time, history and images are what fastavro read", arguments: ["ztf", "ztf_fink"])
    func ztf(group: String) throws {
        let rows = try Self.rows()
        var seen = 0
        let failures = try Self.eachAlert(in: group) { name, alert in
            let row = try #require(rows[name], "\(name) is not in the manifest")
            seen += 1
            #expect(alert.survey == .ztf)
            guard row.records == 1, row.isSound else { return }
            #expect(alert.id == row.candid, "\(name)")
            #expect((alert.objectId ?? "None") == row.object, "\(name)")
            #expect(alert.detection.epoch.jd == row.time, "\(name)")
            let curve = alert.lightCurve
            // Schema 3.5's history is forced photometry; two packets of Fink's have theirs as text, which is not read.
            if name.contains("v3.5") {
                #expect(curve.detections.count + curve.upperLimits.count + curve.forced.count == row.history, "\(name)")
            } else if !name.hasSuffix("697252845515010007.avro") && !name.hasSuffix("697251921215010004.avro") {
                #expect(curve.detections.count + curve.upperLimits.count == row.history, "\(name)")
                #expect(curve.upperLimits.count == row.upperLimits, "\(name)")
                #expect(curve.forced.count == row.forced, "\(name)")
            }
            let images = [alert.cutouts.science, alert.cutouts.template, alert.cutouts.difference]
            #expect(images.reduce(0) { $0 + ($1?.count ?? 0) } == row.cutoutBytes, "\(name)")
        }
        #expect(failures.isEmpty, "\(failures)")
        #expect(seen >= (group == "ztf" ? 744 : 1000))
    }

    @Test("every LSST packet from 7.0 on has the ids, time and history that fastavro read")
    func lsst() throws {
        let rows = try Self.rows()
        var seen = 0
        let failures = try Self.eachAlert(in: "lsst") { name, alert in
            seen += 1
            #expect(alert.survey == .lsst)
            guard let row = rows[name], row.records == 1, row.isSound else { return }
            #expect(alert.id == row.candid, "\(name)")
            #expect(alert.detection.epoch.mjd == row.time, "\(name)")
            #expect(alert.lightCurve.detections.count == row.history, "\(name)")
        }
        // Schemas before 7.0, Confluent frames, whose schemas this decoder was not given, and samples whose values Rubin made
        // by chance: their time is no date.
        let expected = failures.filter {
            $0.contains("before 7.0") || $0.contains("confluent_wire")
                || $0.contains("_fakeAlert.avro: 1480360995.0 is no modified Julian date")
        }
        #expect(expected.count == failures.count, "\(failures)")
        #expect(seen >= 283)
    }
}
