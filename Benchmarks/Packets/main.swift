// Packets and bytes a second out of a tarball, beside ISA-L inflating the same file to nowhere and beside `gzip -dc`.
// usage: packets-benchmark FILE.tar.gz [REPETITIONS]
import Compression
import Foundation
import Packets

struct Outcome {
    var packets = 0
    var bytes: Int64 = 0
}

func consume(_ path: String) throws -> Outcome {
    var outcome = Outcome()
    let reader = try PacketReader(source: .local(path))
    while let batch = try reader.nextBatch(maxPackets: 1_000, maxBytes: 4 << 20) {
        outcome.packets += batch.packets.count
        outcome.bytes += batch.packets.reduce(0) { $0 + Int64($1.bytes.count) }
    }
    return outcome
}

/// The floor: the same library and the same reads, into one buffer over and over.
func inflate(_ path: String) throws -> Outcome {
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 20, alignment: 64)
    defer {
        input.deallocate()
        output.deallocate()
    }
    var stream = GunzipStream()
    var outcome = Outcome()
    while true {
        let count = read(file.fileDescriptor, input.baseAddress, input.count)
        guard count > 0 else { break }
        var start = 0
        while true {
            let step = try stream.inflate(UnsafeRawBufferPointer(rebasing: input[start..<count]), into: output)
            start += step.consumed
            outcome.bytes += Int64(step.written)
            if step.written < output.count { break }
        }
    }
    try stream.finish()
    return outcome
}

func gzip(_ path: String) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Outcome()
}

guard CommandLine.arguments.count > 1 else {
    print("usage: packets-benchmark FILE.tar.gz [REPETITIONS]")
    exit(2)
}
let path = CommandLine.arguments[1]
let repetitions = max(1, CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 5)
let clock = ContinuousClock()
let inflated = try inflate(path)  // also brings the file into memory
print("\(path): \(inflated.bytes) bytes inflated, best and median of \(repetitions)")
// The runs alternate, so that what else the machine does falls on all alike.
let subjects: [(name: String, run: (String) throws -> Outcome)] = [
    ("consume", consume), ("isal inflate", inflate), ("gzip -dc", gzip),
]
var times = [[Duration]](repeating: [], count: subjects.count)
var packets = 0
for _ in 0..<repetitions {
    for (index, subject) in subjects.enumerated() {
        var outcome = Outcome()
        times[index].append(try clock.measure { outcome = try subject.run(path) })
        packets = max(packets, outcome.packets)
    }
}
for (index, subject) in subjects.enumerated() {
    let sorted = times[index].sorted().map { $0 / .seconds(1) }
    let rates = [sorted[0], sorted[sorted.count / 2]].map {
        String(format: "%.0f MB/s", Double(inflated.bytes) / $0 / 1e6)
    }
    let perSecond = index == 0 ? String(format: ", %.0f packets/s", Double(packets) / sorted[sorted.count / 2]) : ""
    print("\(subject.name): \(rates[0]), \(rates[1])\(perSecond)")
}
var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
print("greatest memory: \(usage.ru_maxrss / 1_024) MB")
