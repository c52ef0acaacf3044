import Avro
import TestSupport
import Testing

/// Real packets, damaged: nothing crashes, and what is wrong is said with its place.
@Suite("Damaged packets", .enabled(if: SharedAlerts.areThere, Comment(rawValue: SharedFolder.skipped)))
struct DamageTests {
    private static let samples = ["ztf/v4.02", "ztf/v1.8", "lsst/sample", "ztf_fink/v3.3", "pgir/v0.1"]

    /// The first packet of a folder: its schema, its first body, and a projection of all that can be named.
    private static func sample(_ folder: String) throws -> (AvroSchema, [UInt8], Projection) {
        let name = try #require(try SharedAlerts.files(below: folder, suffix: ".avro").first)
        let packet = try SharedAlerts.read(name)
        let (schema, body) = try #require(try DifferentialTests.bodies(of: packet[...]).first)
        return (schema, Array(body), try ProjectionComparison(schema: schema).projection)
    }

    @Test("a body cut off is refused with the field and the byte, wherever it is cut", arguments: samples)
    func truncated(folder: String) throws {
        let (schema, body, projection) = try Self.sample(folder)
        var record = ProjectedRecord()
        let cuts = Array(0..<min(400, body.count)) + Array(stride(from: 400, to: body.count, by: 211))
        for count in cuts + [body.count - 1] {
            let error = #expect(throws: AvroError.self) { try projection.decode(body[..<count], into: &record) }
            #expect(error?.field.isEmpty == false && (error?.offset ?? .max) <= count, "cut to \(count) bytes")
            #expect(throws: try #require(error)) { try AvroValue.decode(body[..<count], schema: schema) }
        }
    }

    @Test("flipped bits are read as other values or refused, by projection, tree and JSON alike", arguments: samples)
    func flipped(folder: String) throws {
        let (schema, body, projection) = try Self.sample(folder)
        var random = SeededGenerator(seed: 4)
        var record = ProjectedRecord()
        var refused = 0
        for _ in 0..<150 {
            var damaged = body
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                // The images are most of the bytes and any byte is valid there, so most flips go to the rest.
                let bound = Bool.random(using: &random) ? min(1_500, body.count) : body.count
                damaged[Int.random(in: 0..<bound, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            let tree = Result { try AvroValue.decode(damaged[...], schema: schema) }
            do {
                try projection.decode(damaged[...], into: &record)
            } catch {
                refused += 1
                #expect(error.code == .trailingBytes || !error.field.isEmpty, "\(error)")
                #expect((0...damaged.count).contains(error.offset))
                #expect(throws: AvroError.self) { try tree.get() }
                continue
            }
            #expect(throws: Never.self) { try tree.get() }
            var line: [UInt8] = []
            if (try? AvroJSON.append(damaged[...], schema: schema, to: &line)) != nil {
                #expect(line.first == UInt8(ascii: "{"))
            }
        }
        #expect(refused > 5)
    }

    @Test(
        "containers with flipped bits anywhere do not crash",
        arguments: ["ztf/v3.3", "ztf_fink/v3.3", "roman/rapid_v00.02"])
    func containers(folder: String) throws {
        let packet = try SharedAlerts.read(try #require(try SharedAlerts.files(below: folder, suffix: ".avro").first))
        var random = SeededGenerator(seed: 5)
        for _ in 0..<60 {
            var damaged = packet
            damaged[Int.random(in: 0..<packet.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            do throws(AvroError) {
                var reader = try ContainerReader(damaged[...])
                while let block = try reader.nextBlock() {
                    _ = try AvroValue.decodePrefix(block.data, schema: reader.header.schema)
                }
            } catch {
                #expect((0...damaged.count * 20).contains(error.offset))
            }
        }
    }

    // What is wrong with each is told in the README of the shared packets.
    @Test("the nine packets that every reader refuses") func malformed() throws {
        let names = try SharedAlerts.files(below: "malformed", suffix: ".avro")
        #expect(names.count == 9)
        for name in names {
            let packet = try SharedAlerts.read(name)
            var faults: [AvroError] = []
            do throws(AvroError) {
                var reader = try ContainerReader(packet[...])
                while let block = try reader.nextBlock() {
                    var rest = block.data
                    let projection = try Projection(schema: reader.header.schema, columns: ["objectId", "alertId"])
                    var record = ProjectedRecord()
                    for _ in 0..<block.count { rest = rest.dropFirst(try projection.decodePrefix(rest, into: &record)) }
                    if !rest.isEmpty { throw AvroError(.trailingBytes) }
                }
            } catch { faults.append(error) }
            let error = try #require(faults.first, "\(name) was read")
            // All lack bytes, so the last block ends beyond the file; one has several blocks, and the first is short.
            if name.hasSuffix("Hsiao_v2_53.avro") {
                #expect(error.code == .syncMismatch)
                #expect(error.offset < packet.count)
            } else {
                #expect(error.code == .truncated)
                // A byte that is missing before the last image shifts what follows; one missing inside it does not show.
                let field =
                    name.contains("Hsiao") ? "cutoutTemplate" : name.contains("1215407935") ? "prv_candidates" : ""
                #expect(error.field.hasPrefix(field) && error.field.isEmpty == field.isEmpty, "\(name): \(error)")
                #expect(field.isEmpty ? error.offset == packet.count : error.offset < packet.count)
            }
        }
    }
}
