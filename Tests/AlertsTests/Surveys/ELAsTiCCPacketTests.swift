import Alerts
import Foundation
import Packets
import TestSupport
import Testing

@Suite(.enabled(if: SharedFolder.isThere, Comment(rawValue: SharedFolder.skipped)))
struct ELAsTiCCPacketTests {
    @Test("fluxes of zero point 27.5 become nanojansky, and the band Y is LSST's y") func units() throws {
        let packets = try #require(SharedFolder.alerts).appending(path: "elasticc/elasticc_v0.9.tar.gz").path
        let reader = try PacketReader(source: .file(path: packets))
        var decoder = AlertDecoder()
        var bands: Set<String> = []
        var flux: Double?
        while let batch = try reader.nextBatch(maxPackets: 200, maxBytes: 64 << 20) {
            for packet in batch.packets {
                try decoder.decode(packet.bytes) { decoded in
                    bands.formUnion(decoded.alert.lightCurve.detections.compactMap(\.bandpass?.name))
                    guard decoded.alert.id == 1_010_023, case .flux(let density)? = decoded.alert.detection.brightness
                    else { return }
                    flux = density.nanojansky
                }
            }
        }
        #expect(bands == ["lsstu", "lsstg", "lsstr", "lssti", "lsstz", "lssty"])
        // 88.548 in FLUXCAL is 22.632 mag AB.
        let magnitude = 31.4 - 2.5 * log10(try #require(flux))
        #expect(abs(magnitude - (27.5 - 2.5 * log10(88.548_210_144_042_97))) < 1e-9)
    }
}
