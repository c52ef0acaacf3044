// How fast objects of an alert's size are written, beside Google's Python client on the same server in the same run, by
// turns; each object only if it is not there, with its CRC32C, as the archive writes them.
//   storage-benchmark ADDRESS PYTHON [OBJECTS [BYTES]]
internal import Foundation
internal import CloudStorage
internal import GoogleAuth

let words = CommandLine.arguments
guard words.count >= 3 else {
    print("usage: storage-benchmark ADDRESS PYTHON [OBJECTS [BYTES]]")
    exit(2)
}
let count = words.count > 3 ? Int(words[3]) ?? 1_000 : 1_000
let size = words.count > 4 ? Int(words[4]) ?? 65_000 : 65_000
let rounds = 5
let clock = ContinuousClock()
let client = StorageClient(credentials: .none, endpoint: words[1])
let bucket = "bench-\(UUID().uuidString.lowercased())"
_ = try client.createBucket(bucket, project: "night")
let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

func paths(_ round: String) -> [StoragePath] {
    (0..<count).map { StoragePath(bucket: bucket, object: "ZTF18aaaaaaa.\(round).\($0).avro") }
}

func ours(_ round: String, connections: Int) throws -> Double {
    let uploads = paths(round).map {
        StorageUpload(
            payload, to: $0, contentType: "avro/binary", metadata: ["candid": "1", "objectId": "ZTF18aaaaaaa"],
            condition: .ifAbsent)
    }
    var outcomes: [Result<StorageUploaded, GoogleCloudError>] = []
    let seconds = clock.measure { outcomes = client.put(uploads, connections: connections) } / .seconds(1)
    // An object that was there is not written, and would count as a fast one: better no figure.
    for outcome in outcomes where try outcome.get() == .alreadyThere { fatalError("an object was there before") }
    return Double(count) / seconds
}

func theirs(_ round: String, connections: Int) throws -> Double {
    let process = Process()
    process.executableURL = URL(filePath: words[2])
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "google_client.py").path
    process.arguments = [script, bucket, round, String(count), String(size), String(connections)]
    process.environment = ProcessInfo.processInfo.environment.merging(["STORAGE_EMULATOR_HOST": words[1]]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    // Without the other client's rate there is nothing to compare with, and it has said why.
    guard process.terminationStatus == 0, let rate = Double(said.trimmingCharacters(in: .whitespacesAndNewlines)) else {
        fatalError("google_client.py failed")
    }
    return rate
}

/// Makes room: the server keeps all in memory.
func clear(_ round: String) throws {
    for path in paths(round) { try client.delete(path) }
}

print("\(count) objects of \(size) bytes, median of \(rounds) rounds by turns")
for connections in [1, 4, 16] {
    var rates: (ours: [Double], theirs: [Double]) = ([], [])
    for round in 0..<rounds {
        rates.theirs.append(try theirs("p\(connections)-\(round)", connections: connections))
        try clear("p\(connections)-\(round)")
        rates.ours.append(try ours("s\(connections)-\(round)", connections: connections))
        try clear("s\(connections)-\(round)")
    }
    let median = (ours: rates.ours.sorted()[rounds / 2], theirs: rates.theirs.sorted()[rounds / 2])
    let ratio = (median.ours / median.theirs * 10).rounded() / 10
    print(
        "connections \(connections)\tnightjar \(Int(median.ours)) objects/s\t"
            + "google-cloud-storage \(Int(median.theirs)) objects/s\tratio \(ratio)")
}
