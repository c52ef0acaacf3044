import Alerts
import Compression
import Foundation
import Packets
import Simulator
import TestSupport
import Testing

@Suite struct SimulatedNightTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("the same seed gives the same bytes, another seed others") func seeds() throws {
        func night(_ seed: UInt64) throws -> [UInt8] {
            let path = folder.file("\(seed)-\(UUID().uuidString).tar.gz")
            try SimulatedNight(alerts: 40, seed: seed, night: 20_240_915).write(to: path, truth: nil)
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        #expect(try night(7) == night(7))
        #expect(try night(7) != night(8))
    }

    @Test("a night is read in either spelling, and out of a file's name") func dates() {
        #expect(SimulatedNight.night("20240915") == 20_240_915 && SimulatedNight.night("2024-09-15") == 20_240_915)
        for text in [
            "2024-0915", "202409-15", "2024-09-31", "20240931", "20171231", "20430101", "2024091", "", "today",
        ] {
            #expect(SimulatedNight.night(text) == nil, "\(text)")
        }
        for (name, nights) in [
            ("ztf_public_20240915.tar.gz", [20_240_915]), ("night-2024-09-15.tar.gz", [20_240_915]),
            ("20240915", [20_240_915]), ("20240915_to_2024-09-16", [20_240_915, 20_240_916]),
            ("20240915-20240916", [20_240_915, 20_240_916]), ("120240915.tar.gz", []), ("202409150.gz", []),
            ("20240231.tar.gz", []), ("night.tar.gz", []),
        ] as [(String, Set<Int>)] { #expect(SimulatedNight.nights(in: name) == nights, "\(name)") }
    }

    @Test("a night that is stopped leaves nothing, nor does one that cannot be written") func stopped() throws {
        let night = try SimulatedNight(alerts: 2_000, seed: 7, night: 20_240_915)
        var asked = 0
        #expect {
            try night.write(
                to: folder.file("n.tar.gz"), truth: folder.file("t.csv"),
                isStopped: {
                    asked += 1
                    return asked > 2
                })
        } throws: {
            ($0 as? SimulatorError)?.code == .stopped
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        #expect(throws: SimulatorError.self) {
            try night.write(to: folder.file("n.tar.gz"), truth: folder.file("none/t.csv"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        // What a kill left is replaced by the next try.
        try folder.write([1, 2, 3], to: "n.tar.gz.partial")
        try SimulatedNight(alerts: 3, seed: 7, night: 20_240_915).write(to: folder.file("n.tar.gz"), truth: nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["n.tar.gz"])
    }

    @Test("a night has just as many alerts, each with its own id, in order, of its night") func whole() throws {
        let path = folder.file("night.tar.gz")
        let truth = folder.file("truth.csv")
        try SimulatedNight(alerts: 150, seed: 3, night: 20_240_915).write(to: path, truth: truth)
        var decoder = AlertDecoder()
        var alerts: [Alert] = []
        let reader = try PacketReader(source: .file(path: path))
        while let batch = try reader.nextBatch(maxPackets: 100, maxBytes: 1 << 24) {
            for packet in batch.packets { try decoder.decode(packet.bytes) { alerts.append($0.alert) } }
        }
        #expect(alerts.count == 150)
        #expect(Set(alerts.map(\.id)).count == 150)
        #expect(alerts.map(\.detection.epoch.mjd) == alerts.map(\.detection.epoch.mjd).sorted())
        #expect(Set(alerts.map(\.night)) == [20_240_915])
        let rows = try String(contentsOfFile: truth, encoding: .utf8).split(separator: "\n").dropFirst()
        #expect(rows.map { $0.split(separator: ",")[1] } == alerts.map { Substring(String($0.id)) })
    }

    @Test("every packet of an object tells the same past") func consistency() throws {
        let night = try SimulatedNight(alerts: 700, seed: 5, night: 20_240_915)
        var seen: [String: Detection] = [:]
        var repeated = 0
        var decoder = AlertDecoder()
        for index in 0..<700 {
            // The pairs lie a seventh of the night apart; a sample of both halves is enough.
            guard index % 200 < 20 || index >= 100 && index % 200 >= 100 && index % 200 < 120 else { continue }
            try decoder.decode(night.packet(index)[...]) { decoded in
                for point in decoded.alert.lightCurve.detections + [decoded.alert.detection] {
                    let key = "\(decoded.alert.objectId ?? "") \(point.epoch.mjd) \(point.bandpass?.name ?? "")"
                    guard let known = seen.updateValue(point, forKey: key) else { continue }
                    repeated += 1
                    #expect(known.id == point.id && known.brightness == point.brightness)
                }
            }
        }
        #expect(repeated > 0)
    }

    @Test("the mix is that of a real sample, and supernovae have light curves") func mix() throws {
        let night = try SimulatedNight(alerts: 20_000, seed: 11, night: 20_240_915)
        var counts: [SkyClass: Int] = [:]
        for index in stride(from: 0, to: 20_000, by: 4) { counts[night.alert(index).kind, default: 0] += 1 }
        // Of 5000, three standard deviations.
        for (kind, share) in [(SkyClass.star, 0.52), (.asteroid, 0.29), (.bogus, 0.06)] {
            let expected = 5000 * share
            #expect(abs(Double(counts[kind] ?? 0) - expected) < 3.5 * (expected * (1 - share)).squareRoot(), "\(kind)")
        }
        #expect(counts[.supernova] ?? 0 > 60)
    }

    @Test("images are gzip FITS of 63 by 63 floats") func images() throws {
        var decoder = AlertDecoder()
        try decoder.decode(SimulatedNight(alerts: 1, seed: 1, night: 20_240_915).packet(0)[...]) { decoded in
            let cutouts = decoded.alert.cutouts
            for image in [cutouts.science, cutouts.template, cutouts.difference] {
                guard let image, let fits = try? Gzip.decompress(image, limit: 1 << 20) else {
                    Issue.record("an image is missing or no gzip")
                    continue
                }
                let header = String(decoding: fits.prefix(2880), as: UTF8.self)
                #expect(header.hasPrefix("SIMPLE  =                    T"))
                #expect(
                    header.contains("BITPIX  =                  -32")
                        && header.contains("NAXIS1  =                   63"))
                // 63 * 63 * 4 = 15,876 bytes, in blocks of 2880.
                #expect(fits.count == 2880 + 6 * 2880)
            }
        }
    }

    @Test func refusesWhatCannotBe() {
        #expect(throws: SimulatorError.self) { try SimulatedNight(alerts: -1, seed: 0, night: 20_240_915) }
        #expect(throws: SimulatorError.self) { try SimulatedNight(alerts: 1, seed: 0, night: 20_240_231) }
        #expect(throws: SimulatorError.self) {
            try SimulatedNight(alerts: 1, seed: 0, night: 20_240_915).write(to: "/nowhere/night.tar.gz", truth: nil)
        }
    }

    @Test("none at all is an empty tarball") func empty() throws {
        let path = folder.file("none.tar.gz")
        try SimulatedNight(alerts: 0, seed: 1, night: 20_240_915).write(to: path, truth: nil)
        let reader = try PacketReader(source: .file(path: path))
        #expect(try reader.nextBatch(maxPackets: 1, maxBytes: 1000) == nil)
    }
}
