internal import Glibc

/// Physical constants, CODATA 2018, in the units of this target.
enum Physics {
    /// Planck's constant, erg s.
    static let planck = 6.62607015e-27
    /// Planck's constant times the speed of light, erg Angstrom.
    static let hc = planck * 2.99792458e18
    /// ln(10) times 0.4: natural logarithm per magnitude.
    static let perMagnitude = 0.4 * 2.302585092994045684
}

/// Cell centres that part a range evenly, no wider apart than asked: the midpoint rule's samples.
struct MidpointGrid {
    let low: Double
    let step: Double
    let count: Int

    init(from low: Double, to high: Double, spacing: Double) {
        self.low = low
        count = max(1, Int(((high - low) / spacing).rounded(.up)))
        step = (high - low) / Double(count)
    }

    func centre(_ i: Int) -> Double { low + (Double(i) + 0.5) * step }
}

/// A filter's transmission by wavelength, with its photometric constants.
///
/// Everything as sncosmo 2.13 has it: photons, not energy, are counted; the curve is trimmed where it is below a
/// thousandth of its peak; between samples it is linear; integrals are midpoint sums.
package struct BandpassCurve: Sendable {
    /// As photometry names it, such as `ztfg`.
    package let name: String
    /// Angstrom, rising.
    package let wave: [Double]
    /// The part of photons that passes at each wavelength.
    package let transmission: [Double]
    /// Photons/s/cm^2 of a source of AB magnitude 0 (3631 Jy).
    package let abZeroPoint: Double
    /// Transmission-weighted mean wavelength, Angstrom.
    package let effectiveWave: Double
    /// Centres of the 5 A cells that band fluxes are summed over, Angstrom.
    package let sampleWave: [Double]
    /// The part of photons that passes at each centre.
    package let sampleTransmission: [Double]
    /// What f_lambda (erg/s/cm^2/A) at each centre is multiplied with to give photons/s/cm^2.
    let sampleWeight: [Double]

    /// The shortest wavelength that passes, Angstrom.
    package var minimumWave: Double { wave[0] }
    /// The longest wavelength that passes, Angstrom.
    package var maximumWave: Double { wave[wave.count - 1] }

    private static let trimLevel = 0.001
    private static let spacing = 5.0

    /// - Parameters:
    ///   - name: As photometry names it, such as `ztfg`.
    ///   - wave: Angstrom, strictly rising.
    ///   - transmission: Same length, in any unit: only ratios reach an AB flux.
    /// - Throws: ``Salt2Error`` with `badPassband`.
    package init(name: String, wave: [Double], transmission: [Double]) throws(Salt2Error) {
        func fault(_ detail: String) -> Salt2Error { Salt2Error(.badPassband, location: name, detail: detail) }
        guard wave.count == transmission.count, wave.count >= 2 else { throw fault("fewer than two samples") }
        guard wave.allSatisfy({ $0.isFinite && $0 > 0 && $0 < 1e6 }), transmission.allSatisfy(\.isFinite) else {
            throw fault("a sample is no finite number")
        }
        guard zip(wave, wave.dropFirst()).allSatisfy({ $0 < $1 }) else { throw fault("wavelengths do not rise") }
        guard let peak = transmission.max(), peak > 0 else { throw fault("nothing passes") }
        let passing = transmission.indices.filter { transmission[$0] >= peak * Self.trimLevel }
        guard let first = passing.first, let last = passing.last else { throw fault("nothing passes") }
        let kept = max(0, first - 1)...min(wave.count - 1, last + 1)
        guard kept.count >= 2 else { throw fault("fewer than two samples pass") }
        self.name = name
        self.wave = Array(wave[kept])
        self.transmission = Array(transmission[kept])

        let curve = Curve(wave: self.wave, transmission: self.transmission)
        let grid = MidpointGrid(from: wave[kept.lowerBound], to: wave[kept.upperBound], spacing: Self.spacing)
        sampleWave = (0..<grid.count).map(grid.centre)
        sampleTransmission = curve.values(on: grid)
        sampleWeight = zip(sampleWave, sampleTransmission).map { $0 * $1 * grid.step / Physics.hc }
        effectiveWave = curve.effectiveWave
        let fine = MidpointGrid(from: wave[kept.lowerBound], to: wave[kept.upperBound], spacing: 1)
        let perWave = curve.values(on: fine).enumerated().reduce(0) { $0 + $1.element / fine.centre($1.offset) }
        abZeroPoint = 3631e-23 / Physics.planck * fine.step * perWave
    }

    /// Multiplies a flux in photons/s/cm^2 to give one at the AB zero point `zeroPoint`.
    package func scale(zeroPoint: Double) -> Double { pow(10, 0.4 * zeroPoint) / abZeroPoint }

    /// The band as the supernova's own frame sees it.
    func restFrame(redshift: Double) -> RestFramePassband {
        let factor = 1 / (1 + redshift)
        let curve = Curve(wave: wave.map { $0 * factor }, transmission: transmission)
        let grid = MidpointGrid(from: wave[0] * factor, to: maximumWave * factor, spacing: Self.spacing)
        let centres = (0..<grid.count).map(grid.centre)
        let weights = zip(centres, curve.values(on: grid)).map { $0 * $1 * grid.step / Physics.hc }
        return RestFramePassband(wave: centres, weight: weights, effectiveWave: curve.effectiveWave)
    }
}

/// A bandpass shifted to the rest frame, on its own cells: they are fewer than the observer's.
struct RestFramePassband {
    let wave: [Double]
    let weight: [Double]
    let effectiveWave: Double
}

/// A transmission curve, linear between its samples.
private struct Curve {
    let wave: [Double]
    let transmission: [Double]

    func values(on grid: MidpointGrid) -> [Double] {
        wave.withUnsafeBufferPointer { wave in
            transmission.withUnsafeBufferPointer { transmission in
                var cell = 0
                return (0..<grid.count).map { i in
                    let x = grid.centre(i)
                    guard x >= wave[0], x <= wave[wave.count - 1] else { return 0 }
                    while cell < wave.count - 2, x >= wave[cell + 1] { cell += 1 }
                    let fraction = (x - wave[cell]) / (wave[cell + 1] - wave[cell])
                    return transmission[cell] + (transmission[cell + 1] - transmission[cell]) * fraction
                }
            }
        }
    }

    var effectiveWave: Double {
        let grid = MidpointGrid(from: wave[0], to: wave[wave.count - 1], spacing: 1)
        var sum = 0.0
        var weight = 0.0
        for (i, value) in values(on: grid).enumerated() {
            sum += grid.centre(i) * value
            weight += value
        }
        return sum / weight
    }
}
