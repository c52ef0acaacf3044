import TestSupport

/// What a chaos test sends and whom it kills when, all of it out of one number.
struct ChaosPlan {
    struct Message {
        let partition: Int32
        let bytes: [UInt8]
    }

    /// A worker is killed, and started again after a while.
    struct Death {
        /// Seconds since the beginning.
        let time: Double
        let worker: Int
        /// Seconds until it is started again.
        let absence: Double
    }

    /// Different alerts among the messages, numbered from 1.
    let alerts: Int
    /// Alerts, some of them sent again later in their partition, garbage, nothing at all.
    private(set) var messages: [Message] = []
    private(set) var deaths: [Death] = []
    /// Seconds that the server stays away when it is killed.
    let serverAbsence: Double

    /// - Parameters:
    ///   - seed: The number.
    ///   - seconds: How long workers are killed.
    ///   - workers: How many there are.
    ///   - partitions: Partitions of the topic.
    ///   - session: Seconds after which the group misses a worker; some stay away for longer.
    /// - Throws: What the packets' encoder throws.
    init(seed: UInt64, seconds: Double, workers: Int, partitions: Int32, session: Double) throws {
        var random = SeededGenerator(seed: seed)
        alerts = Int(seconds * 60)
        serverAbsence = Double.random(in: 0.1...3, using: &random)
        var again: [Int: [Message]] = [:]
        for number in 1...alerts {
            let partition = Int32(number) % partitions
            let message = Message(partition: partition, bytes: try Self.packet(number).container())
            messages.append(message)
            messages += again.removeValue(forKey: number) ?? []
            if Int.random(in: 0..<15, using: &random) == 0 {
                // Up to 30 alerts of this partition later.
                again[number + Int(partitions) * Int.random(in: 1...30, using: &random), default: []].append(message)
            }
            if Int.random(in: 0..<40, using: &random) == 0 {
                messages.append(Message(partition: partition, bytes: Array(message.bytes.prefix(700))))
            }
            if Int.random(in: 0..<60, using: &random) == 0 {
                messages.append(Message(partition: partition, bytes: []))
            }
        }
        messages += again.sorted { $0.key < $1.key }.flatMap(\.value)
        var time = 1.0
        var back = [Double](repeating: 0, count: workers)
        while time < seconds {
            let worker = Int.random(in: 0..<workers, using: &random)
            let isLong = Int.random(in: 0..<6, using: &random) == 0
            let absence =
                isLong ? session + Double.random(in: 1...2, using: &random) : Double.random(in: 0...2, using: &random)
            // One that is away, or has hardly begun, is spared.
            if time > back[worker] + 0.5 {
                deaths.append(Death(time: time, worker: worker, absence: absence))
                back[worker] = time + absence
            }
            time += Double.random(in: 0.2...1, using: &random)
        }
    }

    private static func packet(_ number: Int) -> SmallPacket {
        var packet = SmallPacket(candid: Int64(number))
        packet.objectId = "ZTF24chaos\(number % 97)"
        packet.jd += Double(number) / 100_000
        packet.past = [SmallPacket.Past(jd: 2_460_560.5, fid: 2, candid: 100, magpsf: 19, isdiffpos: "t")]
        return packet
    }
}
