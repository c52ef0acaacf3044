import Testing

/// Dependencies point one way: from the command down to the C libraries.
@Suite struct LayerTests {
    /// Each target under `Sources` stands in one layer, and knows only targets of its own and of lower ones.
    private static let layers: [[String]] = [
        // Formats and wrappers of libraries and services.
        [
            "ADQL", "Avro", "BigQuery", "CWebFiles", "CloudControl", "CloudStorage", "Compression", "Configuration",
            "Escaping",
            "FITS",
            "GRPC",
            "GoogleAuth",
            "HTTP", "HTTPServer", "Hashing", "JSON", "Kafka", "KafkaCheck", "Kerberos", "LocalSockets", "Markdown",
            "Metrics",
            "ONNX",
            "Protobuf",
            "PubSub",
            "SQLite",
            "Threads", "VOTables", "XML",
        ],
        // Domain.
        [
            "Alerts", "Catalogues", "Classifier", "Dust", "Filters", "PacketDownloads", "Plots", "Packets", "Salt2",
            "Simulator", "Sky",
        ],
        // Pipeline.
        ["Pipeline"],
        // Stores and intakes.
        ["DataLayout", "Query", "Schemas"],
        // Broker.
        ["Broker", "CloudBroker", "KafkaIngest", "PubSubIngest"],
        // Conductor.
        ["Conductor"],
        // Pages and the API.
        ["Web"],
        // Command.
        ["nightjar"],
    ]

    private let manifest: PackageManifest
    private let layer: [String: Int]

    init() throws {
        manifest = try PackageManifest()
        layer = Dictionary(
            uniqueKeysWithValues: Self.layers.enumerated().flatMap { number, names in names.map { ($0, number + 1) } }
                + manifest.targets.filter { $0.kind == .systemLibrary }.map { ($0.name, 0) })
    }

    private var products: [PackageManifest.Target] {
        manifest.targets.filter { $0.path.hasPrefix("Sources/") && $0.kind != .systemLibrary }
    }

    @Test("every target of Sources has a layer, and every layer's target is there") func complete() {
        #expect(Set(products.map(\.name)) == Set(Self.layers.joined()))
    }

    @Test("a target depends on its own layer and lower ones, and not on what tests share") func downward() throws {
        for target in products {
            let own = try #require(layer[target.name])
            for name in target.dependencies {
                let other = try #require(layer[name], "\(target.name) depends on \(name), which has no layer")
                #expect(other <= own, "\(target.name) depends on \(name), a layer above it")
            }
        }
    }

    /// SwiftPM lets a target import what a dependency of a dependency brings; then Package.swift does not show it.
    @Test("a target depends on just what it imports") func imports() throws {
        let own = Set(manifest.targets.map(\.name))
        for target in manifest.targets where target.kind != .systemLibrary {
            let imported = Set(try Repository.files(below: target.path).flatMap(\.imports)).intersection(own)
            let declared = Set(target.dependencies)
            #expect(imported.subtracting(declared) == [], "\(target.name) imports what it does not depend on")
            // Tests that start the command depend on it, so that it is built.
            let unused = declared.subtracting(imported).subtracting(target.kind == .testTarget ? ["nightjar"] : [])
            #expect(unused == [], "\(target.name) depends on what it does not import")
        }
    }

    @Test("the manifest names C modules first, then the layers in order, benchmarks last") func order() {
        let numbers = manifest.targets.compactMap { layer[$0.name] }
        #expect(numbers == numbers.sorted())
        let benchmarks = manifest.targets.map { $0.path.hasPrefix("Benchmarks/") }
        #expect(benchmarks.drop { !$0 }.allSatisfy { $0 } && benchmarks.contains(true))
    }

    @Test("every C module is imported by one target") func wrappers() throws {
        let files = try Repository.sources.get()
        for module in manifest.targets where module.kind == .systemLibrary {
            let importers = Set(files.filter { $0.imports.contains(module.name) }.map(\.target))
            #expect(importers.count == 1, "\(module.name) is imported by \(importers.sorted())")
        }
    }
}
