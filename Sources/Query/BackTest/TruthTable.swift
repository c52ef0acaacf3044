package import DataLayout
internal import Foundation

/// What alerts are, from a table such as the simulator's truth: CSV with an id, a `class`, and a magnitude or a flux.
package struct TruthTable: Sendable {
    /// The alerts of one class.
    package struct Class: Encodable, Sendable {
        /// Some magnitudes: from `bright` to one magnitude fainter.
        package struct Bin: Encodable, Sendable {
            /// The brightest, AB magnitude.
            package let bright: Int
            /// Alerts that were judged.
            package fileprivate(set) var alerts = 0
            /// Those that pass.
            package fileprivate(set) var passes = 0
        }

        /// The class's name.
        package let name: String
        /// Alerts of it that were judged.
        package private(set) var alerts = 0
        /// Those that pass.
        package private(set) var passes = 0
        /// The same by magnitude, brightest first.
        package private(set) var magnitudes: [Bin] = []

        fileprivate init(name: String) { self.name = name }

        mutating func add(passes isPass: Bool, bin: Int?) {
            alerts += 1
            if isPass { passes += 1 }
            guard let bin else { return }
            let place = magnitudes.firstIndex { $0.bright >= bin } ?? magnitudes.count
            if place == magnitudes.count || magnitudes[place].bright != bin {
                magnitudes.insert(Bin(bright: bin), at: place)
            }
            magnitudes[place].alerts += 1
            if isPass { magnitudes[place].passes += 1 }
        }
    }

    /// The classes, by name, without alerts.
    let classes: [Class]
    private let alerts: [Int64: (number: Int32, bin: Int32?)]

    /// Bytes of a table at most.
    private static let longest = 1 << 31

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - id: The column of the id, `candid` or `diaSourceId`.
    /// - Throws: ``DataLayout/BrokerError`` for a file that cannot be read, or lacks a column.
    package init(path: String, id: String) throws(BrokerError) {
        guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8), text.utf8.count < Self.longest
        else { throw BrokerError(.cannotRead, path: path, detail: "no table of the truth that can be read") }
        var lines = text.split(separator: "\n").makeIterator()
        let header = lines.next().map { $0.split(separator: ",", omittingEmptySubsequences: false) } ?? []
        func column(_ names: String...) -> Int? { header.firstIndex { names.contains(String($0)) } }
        guard let idColumn = column(id), let classColumn = column("class") else {
            throw BrokerError(.cannotRead, path: path, detail: "the table has no columns '\(id)' and 'class'")
        }
        let (magnitude, flux) = (column("magpsf", "magnitude", "mag"), column("flux", "psfFlux"))
        var (names, numbers, alerts): ([String], [String: Int], [Int64: (number: Int32, bin: Int32?)]) = ([], [:], [:])
        while let line = lines.next() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == header.count, let id = Int64(fields[idColumn]) else { continue }
            let name = String(fields[classColumn])
            let number = numbers[name] ?? names.count
            if number == names.count {
                names.append(name)
                numbers[name] = number
            }
            var value = magnitude.flatMap { Double(fields[$0]) }
            if value == nil, let flux, let nanojansky = Double(fields[flux]), nanojansky != 0 {
                value = 31.4 - 2.5 * log10(abs(nanojansky))
            }
            let bin = value.flatMap { $0.isFinite && abs($0) < 100 ? Int32($0.rounded(.down)) : nil }
            alerts[id] = (Int32(number), bin)
        }
        classes = names.map { Class(name: $0) }
        self.alerts = alerts
    }

    /// The number of an alert's class, and its magnitude rounded down.
    subscript(id: Int64) -> (number: Int, bin: Int?)? {
        alerts[id].map { (Int($0.number), $0.bin.map { Int($0) }) }
    }
}
