import Catalogues
import Foundation
import Sky

/// Looks random places up in a catalogue of random sources, and prints what a match takes.
///
/// Usage: catalogues-benchmark FOLDER SOURCES [PLACES.csv]
/// With a file, columns ra and dec, its places are looked up and their matches written to FOLDER/matches.csv.
struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
func place(_ random: inout Generator) -> SkyPosition {
    SkyPosition(
        ra: Double.random(in: 0..<360, using: &random),
        dec: asin(Double.random(in: -1...1, using: &random)) * 180 / .pi)
}

var random = Generator(state: 7)
let words = CommandLine.arguments
guard words.count >= 3, let count = Int(words[2]) else {
    print("usage: catalogues-benchmark FOLDER SOURCES [PLACES.csv]")
    exit(2)
}
let (folder, table) = (words[1], "\(words[1])/sources-\(count).csv")
let path = CatalogueFolder.file("sources_\(count)", in: folder)
let clock = ContinuousClock()
if !FileManager.default.fileExists(atPath: table) {
    _ = FileManager.default.createFile(atPath: table, contents: Data("number,ra,dec,mag\n".utf8))
    guard let file = FileHandle(forWritingAtPath: table) else { fatalError("\(table) cannot be written") }
    try file.seekToEnd()
    for start in stride(from: 0, to: count, by: 100_000) {
        var text = ""
        for number in start..<min(count, start + 100_000) {
            let place = place(&random)
            text += "\(number),\(place.ra),\(place.dec),\(Double(number % 1000) / 100 + 12)\n"
        }
        try file.write(contentsOf: Data(text.utf8))
    }
    try file.close()
}
let building = try clock.measure {
    if !FileManager.default.fileExists(atPath: path) {
        _ = try CatalogueBuilder.build("sources_\(count)", from: table, to: path, CatalogueBuilder.Options())
    }
}
let catalogue = try Catalogue(path: path)
if words.count > 3 {
    var text = "place,source,distance\n"
    for (number, line) in try String(contentsOfFile: words[3], encoding: .utf8).split(separator: "\n").dropFirst()
        .enumerated()
    {
        let fields = line.split(separator: ",").compactMap { Double($0) }
        for match in catalogue.matches(SkyPosition(ra: fields[0], dec: fields[1]), within: 60) {
            guard case .integer(let source) = catalogue.value(match.source, 0) else { continue }
            text += "\(number),\(source),\(match.distance)\n"
        }
    }
    try text.write(toFile: "\(folder)/matches.csv", atomically: true, encoding: .utf8)
}
var places: [SkyPosition] = []
for _ in 0..<200_000 { places.append(place(&random)) }
var (found, times) = (0, [Double]())
for _ in 0..<7 {
    let time = clock.measure { for place in places { found += catalogue.matches(place, within: 2).count } }
    times.append(time / .microseconds(1) / Double(places.count))
}
times.sort()
print(
    "\(count) sources\tmedian \(String(format: "%.2f", times[3])) us a match\tbest \(String(format: "%.2f", times[0]))\t"
        + "worst \(String(format: "%.2f", times[6]))\tmade in \(building / .seconds(1)) s\t\(found / 7) found")
