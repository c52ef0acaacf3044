import Alerts
import Avro
import FITS
import Foundation
import Packets
import Simulator
import TestSupport
import Testing

@Suite("simulated LSST nights", .enabled(if: LSSTInputs.isThere, "\(LSSTInputs.skipped)")) struct LSSTNightTests {
    /// The alerts of a night, decoded.
    private func alerts(of night: LSSTNight, _ range: Range<Int>? = nil) throws -> [Alert] {
        var decoder = LSSTInputs.decoder()
        var alerts: [Alert] = []
        for packet in try night.packets(range ?? 0..<night.alerts) {
            try decoder.decode(packet.bytes[...]) { alerts.append($0.alert) }
        }
        return alerts
    }

    @Test("an alert is the same with the others and without, and another seed gives others") func alone() throws {
        let all = try LSSTInputs.night(600).packets(0..<600)
        #expect(all.count == 600 && Set(all.map(\.id)).count == 600)
        for index in [0, 1, 299, 300, 599] {
            #expect(try LSSTInputs.night(600).packets(index..<index + 1)[0].bytes == all[index].bytes)
        }
        #expect(try LSSTInputs.night(600, seed: 8).packets(0..<1)[0].bytes != all[0].bytes)
    }

    @Test("they come visit by visit, detector by detector, of their night") func order() throws {
        let alerts = try alerts(of: LSSTInputs.night(1_000))
        let times = alerts.map(\.detection.epoch.mjd)
        #expect(times == times.sorted() && Set(times).count == 5)
        #expect(alerts.map(\.id) == alerts.map(\.id).sorted(), "a number holds visit, detector and source")
        #expect(Set(alerts.map(\.night)) == [20_260_915])
        #expect(alerts.allSatisfy { $0.survey == .lsst && $0.detection.bandpass != nil && $0.detection.ra != nil })
    }

    @Test("every frame and version has the same record") func frames() throws {
        let night = try LSSTInputs.night(20, frame: .container)
        let bare = try alerts(of: LSSTInputs.night(20))
        let contained = try alerts(of: night)
        #expect(bare.map(\.id) == contained.map(\.id))
        #expect(bare.map(\.detection.brightness) == contained.map(\.detection.brightness))
        #expect(
            bare.map { $0.cutouts.science.map { Array($0) } } == contained.map { $0.cutouts.science.map { Array($0) } })
    }

    /// Two weeks of one sky; what a packet says of an earlier night is what that night's alerts said themselves.
    @Test("history is what earlier nights' alerts said") func history() throws {
        var known: [Int64: Detection] = [:]
        var firstNight = Double.infinity
        var compared = 0
        for night in 20_260_910...20_260_918 {
            let alerts = try alerts(of: LSSTInputs.night(600, night: night))
            firstNight = min(firstNight, alerts[0].detection.epoch.mjd.rounded(.down))
            // A visit's alerts are told by the second of its pair, of the same night.
            for alert in alerts { known[alert.id] = alert.detection }
            for alert in alerts {
                for point in alert.lightCurve.detections where point.epoch.mjd > firstNight - 0.5 {
                    let id = try #require(point.id)
                    if id == alert.id { continue }
                    let own = try #require(known[id], "\(id) was never an alert")
                    #expect(own.epoch == point.epoch && own.bandpass == point.bandpass)
                    #expect(own.brightness == point.brightness && own.ra == point.ra && own.dec == point.dec)
                    #expect(own.isPositive == point.isPositive && own.realBogus == point.realBogus)
                    compared += 1
                }
            }
        }
        #expect(compared > 300)
    }

    @Test("histories are of a year, in order, with forced photometry since the first detection") func past() throws {
        var long = 0
        for alert in try alerts(of: LSSTInputs.night(2_000), 0..<400) {
            let now = alert.detection.epoch.mjd
            let past = alert.lightCurve.detections.map(\.epoch.mjd)
            #expect(past == past.sorted() && past.allSatisfy { $0 > now - 365 && $0 <= now })
            let forced = alert.lightCurve.forced.map(\.epoch.mjd)
            guard alert.solarSystemMatch == nil else {
                #expect(forced.isEmpty)
                continue
            }
            #expect(forced.last == now, "this visit's is in the list")
            #expect(Set(past).subtracting(forced).isEmpty || forced.count > past.count)
            if past.count > 5 { long += 1 }
        }
        #expect(long > 50)
    }

    @Test("an asteroid has no object, and the other way round") func asteroids() throws {
        let alerts = try alerts(of: LSSTInputs.night(2_000), 0..<1_000)
        let asteroids = alerts.filter { $0.solarSystemMatch != nil }
        #expect((10...120).contains(asteroids.count))
        for alert in asteroids {
            #expect(alert.solarSystemMatch?.name?.contains(" ") == true)
            #expect(alert.lightCurve.forced.isEmpty)
        }
    }

    @Test("images are FITS that lie on the sky as they say") func images() throws {
        for alert in try alerts(of: LSSTInputs.night(400), 0..<40) {
            for bytes in [alert.cutouts.science, alert.cutouts.template, alert.cutouts.difference] {
                let image = try CutoutImage(fits: try #require(bytes))
                #expect((30...102).contains(image.width) && image.height == image.width)
                let sky = try #require(image.sky)
                #expect(abs(sky.pixelScale - 0.2) < 1e-6)
                let axes = try #require(sky.axes)
                // As in the packets of 2026, seen from below: east is a quarter turn from north, counter-clockwise.
                #expect(abs(axes.north.x * axes.east.y - axes.north.y * axes.east.x - 1) < 1e-6)
                let position = try #require(sky.position)
                #expect(abs(position.x - Double(image.width + 1) / 2) < 2)
            }
        }
    }

    @Test("a number, a night or a schema that cannot be is refused") func refused() throws {
        #expect(throws: SimulatorError.self) { try LSSTInputs.night(-1) }
        for night in [20_250_630, 20_360_101, 20_260_231] {
            #expect(throws: SimulatorError.self) { try LSSTInputs.night(1, night: night) }
        }
        let other = try AvroSchema.parse(#"{"type":"record","name":"alert","fields":[{"name":"a","type":"int"}]}"#)
        #expect(throws: SimulatorError.self) { try PacketPlan(schema: other, id: 1) }
        #expect(throws: SimulatorError.self) { try SupernovaModel(folder: "/nowhere") }
    }

    @Test("a night of few alerts, of one and of none") func few() throws {
        for count in [0, 1, 2, 7, 201] { #expect(try alerts(of: LSSTInputs.night(count)).count == count) }
    }
}
