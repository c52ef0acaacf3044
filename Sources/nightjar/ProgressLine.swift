/// A line that says how far a run is, in as many columns as there are.
struct ProgressLine {
    private static let bars = [24, 12, 0]
    /// So much of a long name stands in every line that has room for it.
    private static let leastName = 16
    private static let gap = 2

    let name: String
    /// From 0 to 1, where that is known.
    var done: Double?
    var left: String?
    var alerts = ""
    var rate: String?
    var deadLetters: String?

    init(name: String) { self.name = ShownText.line(name) }

    /// Without a bar, in as many columns as it takes.
    var plain: String { texts([\.left, \.rate, \.deadLetters], bar: 0, name: name) }

    /// The fullest line that has no more columns: first the bar shrinks and the name is cut in its middle, then the rate,
    /// the time left and the dead letters go.
    func fitting(_ columns: Int) -> String {
        let name = min(name.columns, Self.leastName)
        for bar in done == nil ? [0] : Self.bars {
            for extras in [[\Self.left, \.rate, \.deadLetters], [\.left, \.deadLetters], [\.deadLetters], []] {
                if bar > 0 && extras.count < 3 { break }
                let room = columns - texts(extras, bar: bar, name: "").columns
                if room >= name { return texts(extras, bar: bar, name: self.name.shortened(to: room)) }
            }
        }
        return texts([], bar: 0, name: "").shortened(to: columns)
    }

    private func texts(_ extras: [KeyPath<Self, String?>], bar: Int, name: String) -> String {
        var parts = [name]
        if let done {
            if bar > 0 {
                let full = Int(done * Double(bar))
                parts.append(String(repeating: "█", count: full) + String(repeating: "░", count: bar - full))
            }
            parts.append("\(Int(done * 100))%")
        }
        func add(_ path: KeyPath<Self, String?>) {
            if extras.contains(path), let text = self[keyPath: path] { parts.append(text) }
        }
        add(\.left)
        parts.append(alerts)
        add(\.rate)
        add(\.deadLetters)
        return parts.joined(separator: String(repeating: " ", count: Self.gap))
    }
}
