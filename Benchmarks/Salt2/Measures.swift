import Dispatch
import Foundation
import Salt2

enum FitMode: String, CaseIterable {
    case zFixed = "z fixed"
    case zFree = "z free"
    case modelErrors = "z fixed, modelcov"

    func options(_ curve: Curve) -> FitOptions {
        FitOptions(
            redshift: self == .zFree ? .free(0.001...0.3) : .fixed(curve.truth.z), dust: curve.dust,
            modelCovariance: self == .modelErrors)
    }
}

/// One light curve's fit: its time, and the chi^2 it reached.
struct TimedFit {
    var milliseconds: Double
    var chisq: Double
}

func milliseconds(_ work: () -> Void) -> Double {
    let duration = ContinuousClock().measure(work).components
    return Double(duration.seconds) * 1e3 + Double(duration.attoseconds) * 1e-15
}

func row(_ who: String, _ mode: String, _ median: Double, _ mean: Double, _ p95: Double) -> String {
    let name = mode.padding(toLength: 18, withPad: " ", startingAt: 0)
    return who + "  " + name + String(format: "median %7.3f ms  mean %7.3f ms  p95 %7.3f ms", median, mean, p95)
}

/// Fits every light curve three times, the fastest of which counts, and prints how long they took.
func timedFits(_ fitter: Salt2Fitter, _ curves: [Curve], _ mode: FitMode) -> [TimedFit] {
    // The first fits prepare the bandpasses.
    for curve in curves.prefix(3) { _ = fitter.fit(points: curve.points, options: mode.options(curve)) }
    let fits = curves.map { curve in
        var best = TimedFit(milliseconds: .infinity, chisq: .nan)
        for _ in 0..<3 {
            let time = milliseconds {
                best.chisq = fitter.fit(points: curve.points, options: mode.options(curve)).chisq
            }
            best.milliseconds = min(best.milliseconds, time)
        }
        return best
    }
    let times = fits.map(\.milliseconds).sorted()
    let mean = times.reduce(0, +) / Double(times.count)
    print(row("  nightjar", mode.rawValue, times[times.count / 2], mean, times[times.count * 95 / 100]))
    return fits
}

/// Fits 10,000 light curves on one thread and on two.
func parallel(_ fitter: Salt2Fitter, _ curves: [Curve]) {
    let total = 10_000
    func run(threads: Int) -> Double {
        milliseconds {
            let group = DispatchGroup()
            for thread in 0..<threads {
                group.enter()
                Thread {
                    for i in stride(from: thread, to: total, by: threads) {
                        let curve = curves[i % curves.count]
                        _ = fitter.fit(points: curve.points, options: FitMode.zFixed.options(curve))
                    }
                    group.leave()
                }.start()
            }
            group.wait()
        }
    }
    let one = run(threads: 1)
    let two = run(threads: 2)
    print(
        String(
            format: "10,000 light curves, z fixed: one thread %.2f s, two %.2f s, ratio %.2f", one / 1e3, two / 1e3,
            one / two))
}

/// How far known parameters are missed, in units of the error reported, at known redshift.
func pulls(_ fitter: Salt2Fitter, _ curves: [Curve], plot: String?) {
    var pulls: [[Double]] = [[], [], [], []]
    var failed = 0
    for curve in curves {
        let fit = fitter.fit(points: curve.points, options: FitMode.zFixed.options(curve))
        guard fit.success, fit.errors.count == 4, fit.atBound.isEmpty else {
            failed += 1
            continue
        }
        for i in 0..<4 { pulls[i].append((fit.parameters[i + 1] - curve.truth[i + 1]) / fit.errors[i]) }
    }
    print("pulls of \(curves.count) simulated supernovae at known redshift (\(failed) without a fit, or on a bound)")
    for (i, name) in Salt2Parameters.names.dropFirst().enumerated() {
        let mean = pulls[i].reduce(0, +) / Double(max(1, pulls[i].count))
        let width = (pulls[i].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, pulls[i].count)))
            .squareRoot()
        let label = name.padding(toLength: 3, withPad: " ", startingAt: 0)
        print("  \(label)" + String(format: " mean %+.3f  width %.3f", mean, width))
    }
    guard let plot else { return }
    let names = Array(Salt2Parameters.names.dropFirst())
    do {
        try PullPlot.svg(pulls, names: names).write(toFile: plot, atomically: true, encoding: .utf8)
    } catch {
        print("cannot write \(plot): \(error)")
    }
}
