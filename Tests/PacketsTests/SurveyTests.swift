import Foundation
import Packets
import Testing

enum SharedAlerts {
    static let folder: URL = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let shared = ProcessInfo.processInfo.environment["NIGHTJAR_SHARED"].map { URL(filePath: $0) }
        return (shared ?? package.appending(path: "shared")).appending(path: "data/alerts").standardizedFileURL
    }()
    static var areThere: Bool { FileManager.default.fileExists(atPath: folder.path) }
}

/// Real alerts, where they are at hand: beside the package, or where NIGHTJAR_SHARED says; skipped elsewhere.
@Suite(.enabled(if: SharedAlerts.areThere, "the folder of shared alerts is missing: these tests were skipped"))
struct SurveyTests {
    /// Numbers of files as the manifest beside the tarballs has them.
    @Test(
        "gives every packet of a tarball",
        arguments: [
            ("elasticc/elasticc_v0.9", 185), ("lsst/fink_v7.4", 66), ("lsst/fink_v9.0", 206),
            ("ztf/v1.8_skyportal", 133),
            ("ztf/v3.2_fink-simulator", 346), ("ztf/v3.5_no-cutouts", 50), ("ztf_fink/v4.02", 727),
        ])
    func tarballs(name: String, count: Int) throws {
        let reading = Reading(SharedAlerts.folder.appending(path: name + ".tar.gz").path)
        #expect(reading.error == nil)
        #expect(reading.packets.count == count)
        #expect(reading.packets.allSatisfy { $0.bytes.starts(with: [0x4f, 0x62, 0x6a, 1]) && $0.problem == nil })
        // The total is known, and all of it was read.
        #expect(reading.batches.last?.progress.bytesRead == reading.batches.last?.progress.total)
    }

    @Test func givesEveryPacketOfAFolder() throws {
        let reading = Reading(.folder(path: SharedAlerts.folder.appending(path: "ztf").path), maxBytes: 8 << 20)
        #expect(reading.error == nil)
        #expect(reading.packets.filter { $0.location.member?.contains(".tar.gz/") == true }.count == 133 + 346 + 50)
        let paths = FileManager.default.enumerator(atPath: SharedAlerts.folder.appending(path: "ztf").path)
        let files = paths.map { $0.compactMap { $0 as? String }.filter { $0.hasSuffix(".avro") } } ?? []
        #expect(reading.packets.count == files.count + 133 + 346 + 50)
    }
}
