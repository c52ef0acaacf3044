import Foundation
import SQLite
import TestSupport
import Testing

/// What rots on the disk, or is taken away from a run, is said with status 1.
@Suite(.serialized) struct RotTests {
    private let work: TemporaryFolder
    private let night: SmallNight
    private var data: String { work.file("data") }

    init() throws {
        work = try TemporaryFolder()
        night = try SmallNight(alerts: 60)
    }

    private func original(_ id: Int64) throws -> NightjarProcess.Outcome {
        try NightjarProcess.run("alert", String(id), "--data", data, "--original", "--avro", work.file("original.avro"))
    }

    private struct Place {
        let id: Int64
        let path: String
        let bytes: Range<Int>
    }

    private func places() throws -> [Place] {
        let query = try Database(path: data + "/nightjar.db", mode: .readOnly).prepare(
            """
            SELECT a.id, s.path, m.position, m.length FROM archive AS a
            JOIN messages AS m ON m.topic = 'ztf_alert_data' AND m.offset = a.offset JOIN segments AS s USING (segment)
            ORDER BY a.offset
            """)
        var places: [Place] = []
        while try query.step() {
            let position = Int(query.integer(2))
            places.append(
                Place(
                    id: query.integer(0), path: "\(data)/\(query.text(1) ?? "")",
                    bytes: position..<position + Int(query.integer(3))))
        }
        return places
    }

    @Test("a flipped bit is noticed in 100 of 100 tries, and the alert beside it is given back")
    func flippedBits() throws {
        #expect(try NightjarProcess.run("run", night.path, "--data", data, "--quiet").status == 0)
        let places = try places()
        var random = SeededGenerator(seed: 15)
        for _ in 0..<100 {
            let index = Int.random(in: places.indices, using: &random)
            let (place, neighbour) = (places[index], places[(index + 1) % places.count])
            let url = URL(fileURLWithPath: place.path)
            let sound = try Data(contentsOf: url)
            var flipped = sound
            let byte = Int.random(in: place.bytes, using: &random)
            flipped[byte] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try flipped.write(to: url)
            let outcome = try original(place.id)
            #expect(outcome.status == 1 && outcome.output == "", "byte \(byte)")
            #expect(outcome.complaints.count == 1 && outcome.errors.contains(place.path), "\(outcome.errors)")
            #expect(outcome.errors.contains("alert \(place.id) is damaged"), "\(outcome.errors)")
            #expect(try original(neighbour.id).status == 0)
            try sound.write(to: url)
        }
    }

    @Test("verify ends with status 1 and names what is damaged in each of several folders") func verify() throws {
        for name in ["data", "other"] {
            #expect(try NightjarProcess.run("run", night.path, "--data", work.file(name), "--quiet").status == 0)
        }
        let sound = try NightjarProcess.run("verify", "--data", data, "--data", work.file("other"), "--packets")
        #expect(sound.status == 0 && sound.lines.count == 2 && sound.lines.allSatisfy { $0.hasSuffix("; sound") })
        let place = try places()[5]
        let url = URL(fileURLWithPath: place.path)
        var bytes = try Data(contentsOf: url)
        bytes[place.bytes.lowerBound + 30] ^= 64
        try bytes.write(to: url)
        let damaged = try NightjarProcess.run("verify", "--data", data, "--data", work.file("other"))
        #expect(damaged.status == 1 && damaged.output.contains("(message 5 of ztf_alert_data)"), "\(damaged.output)")
        #expect(damaged.lines.count == 3 && damaged.lines[2].hasSuffix("; sound"))
        let json = try NightjarProcess.run("verify", "--data", data, "--json")
        #expect(json.status == 1 && json.output.replacing(" ", with: "").contains("\"damaged\":1,"), "\(json.output)")
        let csv = try NightjarProcess.run("verify", "--data", data, "--format", "csv")
        #expect(csv.status == 1 && csv.lines.count == 2 && csv.lines[0] == "folder,kind,path,topic,offset,detail")
    }

    @Test("a subscriber reads on behind what is damaged, and knows of it") func topic() throws {
        #expect(try NightjarProcess.run("run", night.path, "--data", data, "--quiet").status == 0)
        let places = try places()
        let damaged = [3, 4, 17]
        for index in damaged {
            let url = URL(fileURLWithPath: places[index].path)
            var bytes = try Data(contentsOf: url)
            bytes[places[index].bytes.lowerBound + 30] ^= 64
            try bytes.write(to: url)
        }
        let words = ["topic", "ztf_alert_data", "--data", data, "--no-cutouts", "--subscriber", "one"]
        let outcome = try NightjarProcess(words).outcome()
        #expect(outcome.status == 1)
        #expect(outcome.lines.count == places.count - damaged.count)
        #expect(outcome.complaints.count == damaged.count)
        for index in damaged {
            let id = places[index].id
            #expect(outcome.errors.contains("message \(index) of ztf_alert_data, alert \(id), is damaged"))
        }
        // They are not said again, nor do they stop it.
        let again = try NightjarProcess(words).outcome()
        #expect(again.status == 0 && again.output == "" && again.errors == "")
    }

    @Test("a damaged header is said, and its alerts are given back all the same") func header() throws {
        #expect(try NightjarProcess.run("run", night.path, "--data", data, "--quiet").status == 0)
        let place = try #require(try places().first)
        let sound = try original(place.id)
        #expect(sound.status == 0)
        let packet = try Data(contentsOf: URL(fileURLWithPath: work.file("original.avro")))
        let url = URL(fileURLWithPath: place.path)
        var bytes = try Data(contentsOf: url)
        bytes[300] ^= 1
        try bytes.write(to: url)
        let outcome = try original(place.id)
        #expect(outcome.status == 1 && outcome.complaints.count == 1)
        #expect(outcome.errors.contains("\(place.path): the segment's header is not as it was written"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: work.file("original.avro"))) == packet)
        let topic = try NightjarProcess.run("topic", "ztf_alert_data", "--data", data, "--no-cutouts")
        #expect(topic.status == 1 && topic.lines.count == night.account.stored && topic.complaints.count == 1)
    }

    @Test("a database that is removed ends the run with status 1") func removedDatabase() throws {
        let input = Pipe()
        let run = try NightjarProcess(["run", "-", "--data", data, "--json", "--quiet"], input: input)
        // So long that half of it is taken while the rest is waited for.
        let night = try SmallNight(alerts: 600)
        let tarball = try Data(contentsOf: URL(fileURLWithPath: night.plainPath))
        try input.fileHandleForWriting.write(contentsOf: tarball.prefix(tarball.count / 2))
        #expect(run.waits { FileManager.default.fileExists(atPath: data + "/archive/ztf") })
        try FileManager.default.removeItem(atPath: data + "/nightjar.db")
        try input.fileHandleForWriting.write(contentsOf: tarball.dropFirst(tarball.count / 2))
        try input.fileHandleForWriting.close()
        let outcome = try run.outcome()
        #expect(outcome.status == 1 && outcome.output == "")
        #expect(outcome.complaints.count == 1 && outcome.errors.contains("\(data)/nightjar.db: this file was removed"))
    }
}
