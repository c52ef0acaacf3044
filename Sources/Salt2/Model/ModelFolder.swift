extension Salt2Model {
    /// Reads a model folder in sncosmo's layout, `salt2_*.dat` or `salt3_*.dat`, and names the model after it.
    ///
    /// Throws a ``Salt2Error`` that names the file which is missing, cut or wrong.
    package static func load(folder: String) throws(Salt2Error) -> Salt2Model {
        let name = String(folder.split(separator: "/").last ?? "")
        func isThere(_ file: String) -> Bool { FolderNames.exists("\(folder)/\(file)") }
        let kind: Kind = isThere("salt3_template_0.dat") && !isThere("salt2_template_0.dat") ? .salt3 : .salt2
        func surface(_ file: String, scale: Double = 1) throws(Salt2Error) -> GridSurface {
            try GridSurface(file: "\(folder)/\(kind.rawValue)_\(file).dat", scale: scale)
        }
        let relative = kind == .salt2 ? "relative_" : ""
        let scale = kind == .salt2 ? 1 : 1e-24
        return try Salt2Model(
            name: name, kind: kind, m0: surface("template_0", scale: 1e-12), m1: surface("template_1", scale: 1e-12),
            colorLaw: ColorLaw(file: "\(folder)/\(kind.rawValue)_color_correction.dat"),
            variance0: surface("lc_\(relative)variance_0", scale: scale),
            variance1: surface("lc_\(relative)variance_1", scale: scale),
            covariance01: surface("lc_\(relative)covariance_01", scale: scale),
            errorScale: kind == .salt2 ? surface("lc_dispersion_scaling") : nil,
            colorDispersion: PiecewiseLine(file: "\(folder)/\(kind.rawValue)_color_dispersion.dat"))
    }
}

extension GridSurface {
    /// Reads rows of `phase wavelength value`, ordered by phase, then wavelength.
    init(file: String, scale: Double) throws(Salt2Error) {
        func cut(_ detail: String) -> Salt2Error { Salt2Error(.cutFile, location: file, detail: detail) }
        // A file cut within its last number still reads as a whole grid: only its last newline is gone.
        let numbers = try TextNumbers.numbers(path: file, endingInNewline: true)
        let rows = numbers.count / 3
        guard rows * 3 == numbers.count else { throw cut("the last row lacks a number") }
        guard rows > 0 else { throw cut("no rows") }
        var waves: [Double] = []
        while waves.count < rows, numbers[waves.count * 3] == numbers[0] { waves.append(numbers[waves.count * 3 + 1]) }
        let phaseCount = rows / waves.count
        guard phaseCount * waves.count == rows else {
            throw cut("\(rows) rows do not fill a grid \(waves.count) wavelengths wide")
        }
        guard phaseCount >= 4, waves.count >= 4 else { throw cut("fewer than four phases or wavelengths") }
        let phases = (0..<phaseCount).map { numbers[$0 * waves.count * 3] }
        var values: [Double] = []
        values.reserveCapacity(rows)
        for row in 0..<rows {
            let (i, j) = row.quotientAndRemainder(dividingBy: waves.count)
            guard numbers[row * 3] == phases[i], numbers[row * 3 + 1] == waves[j] else {
                throw cut("row \(row + 1) is out of order")
            }
            values.append(numbers[row * 3 + 2])
        }
        guard zip(phases, phases.dropFirst()).allSatisfy({ $0 < $1 }),
            zip(waves, waves.dropFirst()).allSatisfy({ $0 < $1 }), waves[0] > 0
        else { throw cut("phases or wavelengths do not rise") }
        self.init(phases: phases, waves: waves, values: values, scale: scale)
    }
}

extension ColorLaw {
    /// Reads the number of coefficients, the coefficients, then pairs of keyword and value.
    init(file: String) throws(Salt2Error) {
        func bad(_ detail: String) -> Salt2Error { Salt2Error(.badColorLaw, location: file, detail: detail) }
        let tokens = try TextNumbers.tokens(path: file)
        guard let count = tokens.first.flatMap({ Int($0) }), (1...16).contains(count), tokens.count > count else {
            throw bad("no coefficients")
        }
        let coefficients = tokens[1...count].compactMap { Double($0) }
        guard coefficients.count == count, coefficients.allSatisfy(\.isFinite) else {
            throw bad("a coefficient is no number")
        }
        var low = 3000.0
        var high = 7000.0
        var version = "missing"
        var rest = tokens[(count + 1)...]
        while let keyword = rest.popFirst() {
            guard let value = rest.popFirst() else { throw bad("\(keyword) has no value") }
            switch keyword {
            case "Salt2ExtinctionLaw.version": version = String(value)
            case "Salt2ExtinctionLaw.min_lambda": low = Double(value) ?? .nan
            case "Salt2ExtinctionLaw.max_lambda": high = Double(value) ?? .nan
            default: throw bad("unknown keyword \(keyword)")
            }
        }
        guard version == "1" else { throw bad("version \(version), not 1") }
        guard low < high, low.isFinite, high.isFinite else { throw bad("the range is empty") }
        self.init(coefficients: coefficients, range: low...high)
    }
}

extension PiecewiseLine {
    /// Reads rows of `wavelength value`.
    init(file: String) throws(Salt2Error) {
        let numbers = try TextNumbers.numbers(path: file)
        let x = stride(from: 0, to: numbers.count, by: 2).map { numbers[$0] }
        guard numbers.count % 2 == 0, x.count >= 2, zip(x, x.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw Salt2Error(.cutFile, location: file, detail: "no rising rows of wavelength and value")
        }
        self.init(x: x, y: stride(from: 1, to: numbers.count, by: 2).map { numbers[$0] })
    }
}

extension BandpassCurve {
    /// Reads rows of `wavelength transmission`: Angstrom, or nanometres in a table of speclite's (`.ecsv`).
    package init(name: String, file: String) throws(Salt2Error) {
        let numbers = try TextNumbers.numbers(path: file, skippingWordLines: true)
        guard numbers.count % 2 == 0 else {
            throw Salt2Error(.badPassband, location: file, detail: "the last row lacks a number")
        }
        let unit = file.hasSuffix(".ecsv") ? 10.0 : 1
        try self.init(
            name: name, wave: stride(from: 0, to: numbers.count, by: 2).map { numbers[$0] * unit },
            transmission: stride(from: 1, to: numbers.count, by: 2).map { numbers[$0] })
    }

    /// Every `<name>.dat` and `<name>.ecsv` of a folder, by name.
    package static func load(folder: String) throws(Salt2Error) -> [BandpassCurve] {
        guard let files = FolderNames.all(in: folder) else {
            throw Salt2Error(.missingFile, location: folder, detail: "no folder of bandpasses")
        }
        var bands: [BandpassCurve] = []
        for file in files where !file.hasPrefix(".") && (file.hasSuffix(".dat") || file.hasSuffix(".ecsv")) {
            let name = String(file[..<(file.lastIndex(of: ".") ?? file.endIndex)])
            bands.append(try BandpassCurve(name: name, file: "\(folder)/\(file)"))
        }
        return bands
    }
}
