import Dispatch
import Foundation
import Salt2

// Times fits of light curves on one core and two, and prints how well known parameters are recovered.
//
//     salt2-benchmark [--models DIR] [--curves FILE.jsonl] [--write FILE.jsonl] [--count N] [--plot FILE.svg]
//
// `--curves` takes light curves in the form of the reference files in place of simulated ones; `--write` leaves those
// that were timed, with times and chi^2, for `sncosmo_fits.py` to fit.

var settings = ["--models": "models", "--count": "2000"]
var words = CommandLine.arguments.dropFirst()
while let name = words.popFirst(), let value = words.popFirst() { settings[name] = value }

let library = try ModelLibrary(folder: settings["--models"] ?? "models")
let fitter = try library.fitter()
var simulation = Simulation(fitter: fitter, random: SplitMix(state: 20_260_101))
let count = max(100, settings["--count"].flatMap { Int($0) } ?? 2000)
let simulated = (0..<count).map { simulation.curve($0, lastPhase: 60) }

let timed = try settings["--curves"].map { try CurveFile.read($0) } ?? Array(simulated.prefix(100))
print("\(timed.count) light curves, median \(timed.map(\.points.count).sorted()[timed.count / 2]) points, one core")
var fits: [FitMode: [TimedFit]] = [:]
for mode in FitMode.allCases { fits[mode] = timedFits(fitter, timed, mode) }
if let path = settings["--write"] { try CurveFile.write(timed, fits, to: path) }

parallel(fitter, timed)
pulls(fitter, simulated, plot: settings["--plot"])
