/// The camera's 189 detectors: 15 by 15 squares without the rafts of three by three at the corners.
enum FocalPlane {
    static let detectors = 189
    /// Pixels of a detector's side; the real ones have 4072 by 4000.
    static let side = 4000.0
    /// Arcsec.
    static let pixel = 0.2
    private static let width = side * pixel / 3600

    /// Degrees from the centre that no detector is beyond.
    static let radius = 1.75

    /// Detector numbers by row and column; -1 at the corners. They count raft by raft, as Rubin's do.
    private static let numbers: [Int] = {
        var numbers = [Int](repeating: -1, count: 225)
        var next = 0
        for raft in 0..<25 where ![0, 4, 20, 24].contains(raft) {
            for part in 0..<9 {
                numbers[(raft / 5 * 3 + part / 3) * 15 + raft % 5 * 3 + part % 3] = next
                next += 1
            }
        }
        return numbers
    }()

    /// Where a place lies on the camera during a visit.
    struct Place {
        let detector: Int
        /// Pixels.
        let x: Double
        let y: Double
    }

    /// Where a place falls in a visit.
    ///
    /// - Parameters:
    ///   - east: Degrees from the field's centre, towards the east.
    ///   - north: Degrees from the field's centre, towards the north.
    ///   - visit: How the camera stood.
    /// - Returns: `nil` beside the detectors.
    static func place(east: Double, north: Double, in visit: Visit) -> Place? {
        // Seen from below the sky, east is to the left of north.
        let (west, north) = (visit.dither.x - east, north - visit.dither.y)
        let across = (west * visit.rotation.cosine + north * visit.rotation.sine) / width + 7.5
        let up = (north * visit.rotation.cosine - west * visit.rotation.sine) / width + 7.5
        guard across >= 0, across < 15, up >= 0, up < 15 else { return nil }
        let (column, row) = (Int(across), Int(up))
        let number = numbers[row * 15 + column]
        guard number >= 0 else { return nil }
        return Place(detector: number, x: (across - Double(column)) * side, y: (up - Double(row)) * side)
    }

    /// The place of a detector's pixel on the sky, degrees from the field's centre.
    static func offset(detector: Int, x: Double, y: Double, in visit: Visit) -> (east: Double, north: Double) {
        let cell = cells[detector]
        let across = (Double(cell % 15) + x / side - 7.5) * width
        let up = (Double(cell / 15) + y / side - 7.5) * width
        let (sine, cosine) = (visit.rotation.sine, visit.rotation.cosine)
        return (visit.dither.x - across * cosine + up * sine, visit.dither.y + across * sine + up * cosine)
    }

    private static let cells: [Int] = {
        var cells = [Int](repeating: 0, count: detectors)
        for (cell, number) in numbers.enumerated() where number >= 0 { cells[number] = cell }
        return cells
    }()
}
