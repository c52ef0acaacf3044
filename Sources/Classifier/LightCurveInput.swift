internal import Alerts
internal import ONNX

/// A light curve as a table of epochs, as SuperNNova has it.
///
/// Points within a part of a day are one epoch. Its features are, in the order that the description gives: a flux and an error for
/// each band, normalised; the days since the epoch before, normalised; the reddening; and a 1 in the place of the bands that the epoch has.
///
/// Source: SuperNNova 3.0.51 (Möller & de Boissière 2020, MNRAS 491, 4277), `pivot_dataframe_single_from_df` and
/// `normalize_arr`. Points of bands that the model does not have are left out, as SuperNNova does where it trains.
struct LightCurveInput: Sendable {
    /// Epochs of a light curve at most.
    static let mostEpochs = 2_000

    /// A group of features.
    enum Feature: String, CaseIterable, Sendable {
        case flux, error, days, reddening, bands
    }

    enum Layout: String, CaseIterable, Sendable {
        case epochsFirst, curvesFirst
    }

    /// The model's letters for the bands, and the bandpasses' names, in the model's order.
    let bands: [(letter: String, bandpass: String)]
    /// AB zero point of the model's fluxes.
    let zeroPoint: Double
    /// Points that are no further from the first of an epoch are of it.
    let groupDays: Double
    let leastEpochs: Int
    let features: [Feature]
    let layout: Layout
    let normalisation: PinnedFile

    init(_ described: DescribedValue, surveys: [Survey]) throws(ClassifierError) {
        let object = try described.object([
            "bands", "zeroPoint", "groupDays", "leastEpochs", "features", "layout", "normalisation",
        ])
        let known = surveys.flatMap(\.bands).map(\.name)
        var bands: [(letter: String, bandpass: String)] = []
        for (letter, value) in try object.required("bands", of: described).members(1...8) {
            let name = try value.text()
            guard known.contains(name) else {
                throw value.wrong("'\(name)' is no band of its surveys: \(Set(known).sorted().joined(separator: ", "))")
            }
            bands.append((letter, name))
        }
        self.bands = bands
        zeroPoint = try object["zeroPoint"]?.number(in: 0...50) ?? 27.5
        groupDays = try object["groupDays"]?.number(in: 0...100) ?? 0.33
        leastEpochs = try object["leastEpochs"]?.count(in: 1...Self.mostEpochs) ?? 1
        let list = try object.required("features", of: described)
        var features: [Feature] = []
        for word in try list.list(1...Feature.allCases.count) { features.append(try word.choice()) }
        guard Set(features).count == features.count else { throw list.wrong("a feature is named twice") }
        self.features = features
        layout = try object["layout"]?.choice() ?? .epochsFirst
        normalisation = try PinnedFile(try object.required("normalisation", of: described))
    }

    var needsReddening: Bool { features.contains(.reddening) }

    /// How many bands or sets of bands an epoch can have.
    var sets: Int { 1 << bands.count - 1 }

    /// Features of an epoch.
    var width: Int {
        features.reduce(0) { width, feature in
            switch feature {
            case .flux, .error: width + bands.count
            case .days, .reddening: width + 1
            case .bands: width + sets
            }
        }
    }

    /// The sides of a light curve; `nil` for the epochs.
    var shape: [Int?] { layout == .epochsFirst ? [nil, 1, width] : [1, nil, width] }

    /// For each set of bands, as bits, its place among the sets: these are sorted by their letters, `g` before `gr` before `r`.
    var places: [Int] {
        let names = (1...sets).map { set in
            bands.indices.filter { set >> $0 & 1 == 1 }.map { bands[$0].letter }.joined()
        }
        let ranks = Dictionary(
            uniqueKeysWithValues: names.indices.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
                .enumerated().map { ($1, $0) })
        return [0] + names.indices.map { ranks[$0] ?? 0 }
    }
}
