/// Values at positions in the sky, among which the nearest to a position is found.
package struct PositionCatalogue<Value: Sendable>: Sendable {
    /// One position of the catalogue and what is known of it.
    package struct Entry: Sendable {
        /// Where it is.
        package let position: SkyPosition
        /// What is known of it.
        package let value: Value

        /// An entry of a catalogue.
        package init(position: SkyPosition, value: Value) {
            self.position = position
            self.value = value
        }
    }

    /// Sorted by declination.
    private let entries: [Entry]

    /// A catalogue of entries in any order, whose declinations are numbers.
    package init(_ entries: [Entry]) { self.entries = entries.sorted { $0.position.dec < $1.position.dec } }

    /// Entries in the catalogue.
    package var count: Int { entries.count }

    /// The entry that is nearest to a position, at most `radius` arcsec from it; of equally near ones the southernmost.
    package func nearest(to position: SkyPosition, within radius: Double) -> Value? {
        guard position.ra.isFinite, position.dec.isFinite else { return nil }
        // A separation is at least the difference in declination; the margin is the rounding of both.
        let reach = radius / 3600 + 1e-9
        var index = firstIndex(fromDeclination: position.dec - reach)
        var best: (separation: Double, value: Value)?
        while index < entries.count, entries[index].position.dec <= position.dec + reach {
            let separation = position.separation(from: entries[index].position)
            if separation <= radius, separation < best?.separation ?? .infinity {
                best = (separation, entries[index].value)
            }
            index += 1
        }
        return best?.value
    }

    /// The first entry that is not south of a declination; by bisection.
    private func firstIndex(fromDeclination dec: Double) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].position.dec < dec { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
