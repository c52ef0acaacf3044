import Avro
import Foundation
import TestSupport

/// A tarball of small packets of two nights: objects whose histories grow, some packets sent twice, some of no use.
struct SmallNight {
    /// What the packets must become, counted while they are made.
    struct Account: Equatable {
        var received = 0
        var stored = 0
        var duplicates = 0
        var deadLettered = 0
        var passedFilter = 0
    }

    struct NoTar: Error {}

    let folder: TemporaryFolder
    let account: Account
    /// The tarball, gzip.
    var path: String { folder.file("night.tar.gz") }
    /// The same uncompressed, for standard input.
    var plainPath: String { folder.file("night.tar") }
    /// The ids that are stored, in the order of their packets.
    let candids: [Int64]

    /// Packets of a night in the order of their arrival.
    ///
    /// Every 7th object is at a star's place, every 5th alert is negative; every 40th packet is of no use, and every 25th
    /// comes again at the end. Nights with different numbers have no alert in common.
    init(alerts: Int, number: Int64 = 0) throws {
        folder = try TemporaryFolder()
        var packing = Packing(folder: folder)
        var candids: [Int64] = []
        var again: [[UInt8]] = []
        var histories: [Int: [SmallPacket.Past]] = [:]
        for index in 0..<alerts {
            let object = index % (alerts / 3 + 1)
            var (packet, passes) = Self.packet(index, object: object, of: alerts, past: histories[object] ?? [])
            packet.candid += 1_000_000 * number
            histories[object, default: []] += [
                SmallPacket.Past(
                    jd: packet.jd, fid: packet.fid, candid: packet.candid, magpsf: packet.magpsf,
                    isdiffpos: packet.isdiffpos),
                SmallPacket.Past(jd: packet.jd + 0.01, fid: 3),
            ]
            let bytes = try packet.container(codec: index % 4 == 3 ? .deflate : .null)
            try packing.add(bytes) { $0.stored += 1 }
            packing.account.passedFilter += passes ? 1 : 0
            candids.append(packet.candid)
            if index % 25 == 3 { again.append(bytes) }
            if index % 40 == 7 {
                try packing.add(Self.useless(index, packet: packet)) { $0.deadLettered += 1 }
            }
        }
        for bytes in again { try packing.add(bytes) { $0.duplicates += 1 } }
        account = packing.account
        self.candids = candids
        for (option, name) in [("-cf", "night.tar"), ("-czf", "night.tar.gz")] {
            try Self.tar(["--sort=name", "--mtime=@0", "-C", folder.path, option, folder.file(name), "packets"])
        }
    }

    /// Packets written to the folder that is packed, with names in their order.
    private struct Packing {
        let folder: TemporaryFolder
        var account = Account()

        mutating func add(_ bytes: [UInt8], _ count: (inout Account) -> Void) throws {
            let name = String(account.received + 1_000_000).dropFirst()
            try folder.write(bytes, to: "packets/\(name).avro")
            account.received += 1
            count(&account)
        }
    }

    /// The alert, and whether it must pass the filter: positive, at no star, and positive before; an object's alerts
    /// are over half an hour apart.
    private static func packet(
        _ index: Int, object: Int, of alerts: Int, past: [SmallPacket.Past]
    ) -> (SmallPacket, passes: Bool) {
        var packet = SmallPacket(candid: 2_800_000_000_000_000_000 + Int64(index))
        packet.objectId = "ZTF24" + String(String(object + 10_000_000).suffix(7))
        packet.jd = 2_460_568.7 + (index < alerts / 2 ? 0 : 1) + 0.2 * Double(index) / Double(alerts)
        packet.fid = Int32(index % 2 + 1)
        packet.ra = Double(object % 360)
        packet.dec = Double(object % 90)
        packet.magpsf = 17 + Float(index % 16) / 8
        packet.isdiffpos = index % 5 == 0 ? "f" : "t"
        let isStar = object % 7 == 0
        packet.distpsnr1 = isStar ? 0.3 : 8
        packet.sgscore1 = isStar ? 0.9 : 0.1
        packet.past = past.isEmpty ? nil : past
        packet.image = (0..<600).map { UInt8(truncatingIfNeeded: $0 &* index) }
        return (packet, packet.isdiffpos == "t" && !isStar && past.contains { $0.isdiffpos == "t" })
    }

    /// No container, nothing at all, a packet that was cut, or a frame whose schema nobody knows.
    private static func useless(_ index: Int, packet: SmallPacket) throws -> [UInt8] {
        switch index / 40 % 4 {
        case 0: Array("this is packet \(index), and it is no container".utf8)
        case 1: Array(try packet.container().dropLast(40))
        case 2: ConfluentFrame(schemaID: 4, body: packet.body[...]).bytes
        default: []
        }
    }

    static func tar(_ words: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tar"] + words
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw NoTar() }
    }
}
