// swift-tools-version: 6.2
import PackageDescription

// Every target treats warnings as errors and says what it imports; the pure ones also mark each unsafe expression.
let wrapper: [SwiftSetting] = [
    .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
]
let pure = wrapper + [.strictMemorySafety()]
// What loops over bytes and numbers is optimised in a debug build too: tests decode and fit, and would else take many
// times as long. Overflows and preconditions are checked all the same.
let fast: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
    name: "nightjar",
    targets: [
        // C libraries: a module each, which one target imports. `scripts/setup` installs the packages named here.
        // gRPC goes without pkg-config, whose flags repeat until the linker's call is too long: its module map links.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSSL", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CMicrohttpd", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CGRPC", providers: [.apt(["libgrpc-dev"])]),
        .systemLibrary(name: "CKerberos", providers: [.apt(["libkrb5-dev"])]),
        .systemLibrary(name: "CKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
        .systemLibrary(name: "CCFITSIO", pkgConfig: "cfitsio", providers: [.apt(["libcfitsio-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(
            name: "CMarkdown", providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
        .systemLibrary(name: "CHEALPix", pkgConfig: "chealpix", providers: [.apt(["libchealpix-dev"])]),
        .systemLibrary(name: "CERFA", pkgConfig: "erfa", providers: [.apt(["liberfa-dev"])]),

        // Formats, and wrappers of libraries and services. No astronomy but FITS.
        .target(name: "Threads", swiftSettings: wrapper),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads"], swiftSettings: pure),
        .target(
            name: "Compression", dependencies: ["CISAL", "CSnappy", "CZlib", "CZstd"],
            swiftSettings: wrapper + fast),
        .testTarget(name: "CompressionTests", dependencies: ["Compression"], swiftSettings: pure),
        .target(name: "Hashing", dependencies: ["CCrypto"], swiftSettings: wrapper),
        .testTarget(name: "HashingTests", dependencies: ["Hashing"], swiftSettings: pure),
        .target(name: "Metrics", swiftSettings: pure),
        .testTarget(name: "MetricsTests", dependencies: ["Metrics"], swiftSettings: pure),
        .target(name: "LocalSockets", dependencies: ["Threads"], swiftSettings: wrapper),
        .testTarget(
            name: "LocalSocketsTests", dependencies: ["LocalSockets", "TestSupport"], swiftSettings: wrapper),
        .target(name: "Escaping", swiftSettings: pure),
        // The files of web/ and docs/, built into the command: C has #embed.
        .target(name: "CWebFiles"),
        .target(name: "Markdown", dependencies: ["CMarkdown"], swiftSettings: wrapper),
        .testTarget(name: "MarkdownTests", dependencies: ["Markdown"], swiftSettings: pure),
        .target(name: "JSON", swiftSettings: pure),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: pure),
        .testTarget(name: "EscapingTests", dependencies: ["Escaping"], swiftSettings: pure),
        .target(name: "Avro", dependencies: ["Compression"], swiftSettings: wrapper + fast),
        .testTarget(name: "AvroTests", dependencies: ["Avro", "Compression", "TestSupport"], swiftSettings: wrapper),
        .target(name: "Protobuf", swiftSettings: wrapper),
        .testTarget(
            name: "ProtobufTests", dependencies: ["Protobuf", "TestServers"], exclude: ["echo.py"],
            swiftSettings: wrapper),
        .target(name: "FITS", dependencies: ["CCFITSIO", "Compression"], swiftSettings: wrapper + fast),
        .testTarget(name: "FITSTests", dependencies: ["Compression", "FITS", "TestSupport"], swiftSettings: wrapper),
        .target(name: "ONNX", swiftSettings: wrapper),
        .target(name: "XML", dependencies: ["CExpat"], swiftSettings: wrapper + fast),
        .testTarget(name: "XMLTests", dependencies: ["XML"], swiftSettings: wrapper),
        .target(name: "VOTables", swiftSettings: wrapper + fast),
        .testTarget(
            name: "VOTablesTests", dependencies: ["FITS", "TestSupport", "VOTables", "XML"], swiftSettings: wrapper),
        .target(name: "ADQL", dependencies: ["VOTables"], swiftSettings: wrapper),
        .testTarget(name: "ADQLTests", dependencies: ["ADQL", "VOTables"], swiftSettings: wrapper),
        .target(name: "Configuration", swiftSettings: pure),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration"], swiftSettings: pure),
        .target(name: "SQLite", dependencies: ["CSQLite", "Escaping"], swiftSettings: wrapper),
        .testTarget(name: "SQLiteTests", dependencies: ["SQLite", "TestSupport"], swiftSettings: wrapper),
        .target(name: "HTTP", dependencies: ["CCurl", "Threads"], swiftSettings: wrapper),
        .testTarget(
            name: "HTTPTests", dependencies: ["HTTP", "LoopbackServer", "TestSupport"], swiftSettings: wrapper),
        .target(name: "HTTPServer", dependencies: ["CMicrohttpd", "HTTP", "Threads"], swiftSettings: wrapper),
        .testTarget(
            name: "HTTPServerTests", dependencies: ["HTTP", "HTTPServer", "TestSupport"], swiftSettings: wrapper),
        .target(name: "GRPC", dependencies: ["CGRPC", "Threads"], swiftSettings: wrapper),
        .testTarget(
            name: "GRPCTests", dependencies: ["GRPC", "TestServers", "TestSupport"], exclude: ["server.py"],
            swiftSettings: wrapper),
        .target(name: "Kerberos", dependencies: ["CKerberos"], swiftSettings: wrapper),
        .target(name: "Kafka", dependencies: ["CKafka", "Kerberos", "Threads"], swiftSettings: wrapper),
        .testTarget(
            name: "KafkaTests", dependencies: ["CKafka", "Kafka", "Kerberos", "TestServers", "TestSupport"],
            swiftSettings: wrapper),
        .target(name: "KafkaCheck", dependencies: ["CSSL", "Kafka", "Kerberos"], swiftSettings: wrapper),
        .testTarget(
            name: "KafkaCheckTests", dependencies: ["CKafka", "Kafka", "KafkaCheck", "TestServers", "TestSupport"],
            swiftSettings: wrapper),
        .target(
            name: "GoogleAuth", dependencies: ["Escaping", "GRPC", "Hashing", "HTTP", "Protobuf", "Threads"],
            swiftSettings: wrapper
        ),
        .testTarget(
            name: "GoogleAuthTests",
            dependencies: ["GoogleAuth", "HTTP", "LoopbackServer", "TestSupport"],
            swiftSettings: wrapper),
        .target(
            name: "PubSub", dependencies: ["Escaping", "GoogleAuth", "GRPC", "Protobuf", "Threads"],
            swiftSettings: wrapper),
        .testTarget(
            name: "PubSubTests",
            dependencies: ["GoogleAuth", "GRPC", "Protobuf", "PubSub", "TestServers", "TestSupport"],
            exclude: ["client.py", "faults.py"], swiftSettings: wrapper),
        .target(
            name: "CloudStorage", dependencies: ["Compression", "Escaping", "GoogleAuth", "HTTP", "Threads"],
            swiftSettings: wrapper
        ),
        .testTarget(
            name: "CloudStorageTests",
            dependencies: [
                "CloudStorage", "Compression", "GoogleAuth", "Hashing", "LoopbackServer", "TestServers", "TestSupport",
            ], swiftSettings: wrapper),
        .target(
            name: "BigQuery", dependencies: ["Avro", "Escaping", "GoogleAuth", "GRPC", "HTTP", "Protobuf"],
            swiftSettings: wrapper),
        .testTarget(
            name: "BigQueryTests",
            dependencies: ["Avro", "BigQuery", "GoogleAuth", "TestServers", "TestSupport"], swiftSettings: wrapper),

        // What a conductor asks of Google Cloud beside the services of a night: machines, Cloud Run, backlogs, permissions.
        .target(
            name: "CloudControl", dependencies: ["Escaping", "GoogleAuth", "HTTP", "Threads"],
            swiftSettings: wrapper),
        .testTarget(
            name: "CloudControlTests",
            dependencies: ["CloudControl", "GoogleAuth", "HTTP", "LoopbackServer", "TestServers"],
            swiftSettings: wrapper),

        // Domain: what alerts are, where they are in the sky, and what is computed of light curves.
        .target(name: "Sky", dependencies: ["CERFA", "CHEALPix"], swiftSettings: wrapper),
        .testTarget(name: "SkyTests", dependencies: ["Sky"], swiftSettings: pure),
        .target(
            name: "Alerts", dependencies: ["Avro"],
            resources: [
                .embedInCode("Surveys/ZTF/ztf_extragalactic_transient.sql"), .embedInCode("Surveys/ZTF/ztf_pure.sql"),
                .embedInCode("Surveys/LSST/lsst_extragalactic_transient.sql"),
                .embedInCode("Surveys/ELAsTiCC/elasticc_extragalactic_transient.sql"),
                .embedInCode("Surveys/WINTER/winter_extragalactic_transient.sql"),
                .embedInCode("Surveys/WINTER/winter_pure.sql"),
                .embedInCode("Meanings/columns.txt"), .embedInCode("Meanings/tables.txt"),
            ], swiftSettings: wrapper + fast),
        .testTarget(
            name: "AlertsTests", dependencies: ["Alerts", "Avro", "Packets", "TestSupport"], swiftSettings: pure),
        .target(name: "Salt2", swiftSettings: wrapper + fast),
        .testTarget(
            name: "Salt2Tests", dependencies: ["Salt2", "Salt2Support", "TestSupport"], exclude: ["curves"],
            swiftSettings: wrapper),
        .target(name: "Dust", dependencies: ["FITS", "Sky"], swiftSettings: wrapper),
        .testTarget(name: "DustTests", dependencies: ["Dust", "TestSupport"], swiftSettings: wrapper),
        .target(name: "Plots", dependencies: ["CCairo", "Compression", "FITS"], swiftSettings: wrapper + fast),
        .testTarget(
            name: "PlotsTests", dependencies: ["Plots", "FITS"],
            swiftSettings: wrapper),
        .target(
            name: "Packets", dependencies: ["Avro", "Compression", "Hashing"], swiftSettings: wrapper),
        .target(name: "PacketDownloads", dependencies: ["HTTP", "Packets"], swiftSettings: wrapper),
        .testTarget(
            name: "PacketsTests",
            dependencies: ["Avro", "Compression", "HTTP", "LoopbackServer", "PacketDownloads", "Packets"],
            exclude: ["make_tarballs.py"], swiftSettings: wrapper),
        .target(
            name: "Simulator", dependencies: ["Alerts", "Avro", "Compression", "Salt2", "Threads"],
            swiftSettings: wrapper + fast),
        .testTarget(
            name: "SimulatorTests",
            dependencies: ["Alerts", "Avro", "Compression", "FITS", "Packets", "Simulator", "TestSupport"],
            swiftSettings: wrapper),

        // Pipeline: what is computed of an alert before it is written anywhere. No I/O but the models'.
        .target(
            name: "Catalogues", dependencies: ["Compression", "FITS", "Sky", "XML"], swiftSettings: wrapper + fast),
        .testTarget(
            name: "CataloguesTests", dependencies: ["Catalogues", "Compression", "Sky", "TestSupport"],
            exclude: ["tables"], swiftSettings: wrapper),
        .target(
            name: "Filters", dependencies: ["Alerts", "Avro", "Catalogues", "Hashing", "SQLite", "Sky"],
            swiftSettings: wrapper),
        .testTarget(
            name: "FiltersTests", dependencies: ["Alerts", "Catalogues", "Filters", "TestSupport"],
            swiftSettings: wrapper),
        .target(
            name: "Classifier",
            dependencies: ["Alerts", "Avro", "Configuration", "FITS", "Hashing", "ONNX"],
            swiftSettings: wrapper + fast),
        .testTarget(
            name: "ClassifierTests",
            dependencies: [
                "Alerts", "Avro", "Classifier", "Filters", "Hashing", "ONNX", "Pipeline", "TestSupport", "Threads",
            ],
            exclude: ["onnx", "supernnova"], swiftSettings: wrapper),
        .target(
            name: "Pipeline",
            dependencies: [
                "Alerts", "Avro", "Catalogues", "Classifier", "Compression", "FITS", "Filters", "Hashing", "Packets",
                "Plots", "Salt2", "Sky", "Threads",
            ],
            swiftSettings: wrapper),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Alerts", "Avro", "Catalogues", "FITS", "Filters", "Plots", "Packets", "Salt2", "Pipeline",
                "TestSupport",
            ],
            swiftSettings: wrapper),

        // Stores and intakes.
        .target(
            name: "Schemas", dependencies: ["Alerts", "Avro", "HTTP", "Hashing", "Threads"], swiftSettings: wrapper),
        .testTarget(
            name: "SchemasTests",
            dependencies: ["Alerts", "HTTPServer", "Schemas", "TestServers", "TestSupport", "Threads"],
            swiftSettings: wrapper),

        // What lies in a data folder, and the read side over one or several of them.
        .target(
            name: "DataLayout",
            dependencies: [
                "Alerts", "Avro", "Compression", "Escaping", "Filters", "Hashing", "Pipeline", "SQLite", "Threads",
            ],
            swiftSettings: wrapper),
        .target(
            name: "Query",
            dependencies: [
                "ADQL", "Alerts", "Avro", "Catalogues", "DataLayout", "Filters", "Hashing", "JSON", "Pipeline", "Sky",
                "SQLite", "Threads", "VOTables",
            ],
            swiftSettings: wrapper),
        .testTarget(
            name: "QueryTests",
            dependencies: [
                "ADQL", "Alerts", "Avro", "Broker", "DataLayout", "Packets", "Pipeline", "Query", "SQLite",
                "TestSupport",
            ], swiftSettings: wrapper),

        // Broker: a run in one process, and the same stages each by itself between Google Cloud's services.
        .target(
            name: "Broker",
            dependencies: [
                "Alerts", "Avro", "CLinux", "Catalogues", "Compression", "DataLayout", "Filters", "Hashing",
                "LocalSockets", "Packets", "Pipeline", "Plots", "SQLite", "Threads",
            ],
            swiftSettings: wrapper),
        .testTarget(
            name: "BrokerTests",
            dependencies: [
                "Alerts", "Avro", "Broker", "DataLayout", "Filters", "HTTPServer", "Packets", "Pipeline", "Query",
                "Salt2", "Schemas", "Simulator", "SQLite", "TestServers", "TestSupport", "Threads",
            ],
            swiftSettings: wrapper),
        // Where packets come from beside files: one target for each service.
        .target(
            name: "KafkaIngest",
            dependencies: ["Avro", "Broker", "DataLayout", "Kafka", "Packets", "Pipeline", "Threads"],
            swiftSettings: wrapper),
        .testTarget(
            name: "KafkaIngestTests", dependencies: ["Broker", "Kafka", "KafkaIngest", "Threads"],
            swiftSettings: wrapper),
        .target(
            name: "PubSubIngest",
            dependencies: ["Broker", "DataLayout", "GoogleAuth", "Packets", "PubSub", "Pipeline", "Threads"],
            swiftSettings: wrapper),
        .testTarget(
            name: "PubSubIngestTests",
            dependencies: [
                "Broker", "DataLayout", "GoogleAuth", "Packets", "PubSub", "PubSubIngest", "TestServers", "TestSupport",
                "Threads",
            ],
            swiftSettings: wrapper),
        .target(
            name: "CloudBroker",
            dependencies: [
                "Alerts", "Avro", "BigQuery", "CloudControl", "CloudStorage", "Escaping", "GoogleAuth", "HTTP", "Kafka",
                "KafkaIngest", "PubSub", "Pipeline", "Threads",
            ],
            swiftSettings: wrapper),
        .testTarget(
            name: "CloudBrokerTests",
            dependencies: [
                "Alerts", "Avro", "BigQuery", "CloudBroker", "CloudStorage", "Filters", "GoogleAuth", "HTTP",
                "HTTPServer",
                "Kafka", "LoopbackServer", "nightjar", "Packets", "PubSub", "Simulator", "SQLite", "Pipeline",
                "TestServers", "TestSupport", "Threads",
            ],
            swiftSettings: wrapper),

        // Conductor: when a night begins, is complete, and ends.
        .target(
            name: "Conductor",
            dependencies: [
                "Alerts", "Avro", "BigQuery", "Broker", "CloudBroker", "CloudControl", "CloudStorage", "DataLayout",
                "Escaping", "GoogleAuth", "Hashing", "HTTP", "HTTPServer", "Kafka", "KafkaIngest", "Metrics", "Packets",
                "Pipeline",
                "PubSub", "Query",
                "Simulator", "Sky", "Threads",
            ], swiftSettings: wrapper + fast),
        .testTarget(
            name: "ConductorTests",
            dependencies: [
                "Alerts", "BigQuery", "Broker", "CloudBroker", "CloudControl", "CloudStorage", "Conductor",
                "DataLayout", "GoogleAuth", "LoopbackServer", "Metrics", "Packets", "Pipeline", "PubSub", "Query",
                "SQLite", "TestServers", "TestSupport",
                "Threads",
            ], swiftSettings: wrapper + fast),

        // The live side of the read side: pages, and the API under /api/v1.
        .target(
            name: "Web",
            dependencies: [
                "ADQL", "Alerts", "Avro", "Broker", "CWebFiles", "Catalogues", "Compression", "Conductor", "DataLayout",
                "Escaping", "FITS",
                "Filters", "HTTP", "HTTPServer", "Hashing", "JSON", "Markdown", "Metrics", "Pipeline", "Plots", "Query",
                "Salt2", "Sky", "Threads", "VOTables",
            ],
            swiftSettings: wrapper),
        .testTarget(
            name: "WebTests", dependencies: ["Compression", "DataLayout", "HTTP", "Query", "Threads", "Web"],
            swiftSettings: wrapper),

        // Command: as a person calls it; its tests start it as a process, and one gives it what no survey should send.
        .executableTarget(
            name: "nightjar",
            dependencies: [
                "Alerts", "Avro", "BigQuery", "Broker", "Catalogues", "Classifier", "CloudBroker", "CloudControl",
                "CloudStorage", "Conductor",
                "Configuration", "DataLayout", "Dust", "FITS", "Filters", "GoogleAuth", "HTTP", "HTTPServer", "JSON",
                "Kafka",
                "KafkaCheck",
                "KafkaIngest", "LocalSockets", "Metrics", "ONNX", "PacketDownloads", "Packets", "Pipeline", "PubSub",
                "PubSubIngest",
                "Query",
                "Salt2", "Schemas", "Simulator", "Sky", "Threads", "Web",
            ],
            swiftSettings: wrapper),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "Alerts", "Avro", "BigQuery", "Broker", "CloudBroker", "CloudStorage", "Configuration", "DataLayout",
                "GoogleAuth", "HTTP", "HTTPServer", "JSON", "Kafka", "LocalSockets", "LoopbackServer", "Metrics",
                "nightjar", "Pipeline", "PubSub", "Query", "Salt2", "Salt2Support", "SQLite", "TestServers",
                "TestSupport",
            ],
            exclude: ["faults.c", "folders", "verdicts"], swiftSettings: wrapper),
        .testTarget(
            name: "HostileTests", dependencies: ["nightjar", "TestServers", "TestSupport"], exclude: ["hostile"],
            swiftSettings: wrapper),
        // Holds the sources to the rules of CONTRIBUTING.md.
        .testTarget(name: "TidyTests", swiftSettings: wrapper + fast),

        // What tests share: fixtures, a small model, and real servers, one of its own for each test that wants one.
        .target(name: "TestSupport", dependencies: ["Avro"], path: "Tests/TestSupport", swiftSettings: wrapper),
        .target(
            name: "Salt2Support", dependencies: ["Salt2", "TestSupport"], path: "Tests/Salt2Support",
            swiftSettings: wrapper),
        .target(
            name: "LoopbackServer", dependencies: ["HTTP"], path: "Tests/LoopbackServer",
            exclude: ["control.py", "google.py", "identity.py", "server.py", "storage.py", "webhook.py"],
            swiftSettings: wrapper),
        .target(
            name: "TestServers", dependencies: ["HTTP", "HTTPServer", "Kafka", "TestSupport"],
            path: "Tests/TestServers",
            exclude: ["fences.py", "sasl_proxy.py"], swiftSettings: wrapper),

        // Benchmarks.
        .executableTarget(
            name: "avro-benchmark", dependencies: ["Avro"], path: "Benchmarks/AvroDecode", swiftSettings: wrapper),
        .executableTarget(
            name: "packets-benchmark", dependencies: ["Compression", "Packets"], path: "Benchmarks/Packets",
            swiftSettings: wrapper),
        .executableTarget(
            name: "decode-benchmark", dependencies: ["Alerts", "Packets"], path: "Benchmarks/AlertDecode",
            swiftSettings: wrapper),
        .executableTarget(
            name: "catalogues-benchmark", dependencies: ["Catalogues", "Sky"], path: "Benchmarks/Catalogues",
            exclude: ["astropy_matches.py"],
            swiftSettings: wrapper),
        .executableTarget(
            name: "classifier-benchmark", dependencies: ["Alerts", "Classifier", "ONNX", "Packets"],
            path: "Benchmarks/Classifier", exclude: ["reliability.py"], swiftSettings: wrapper),
        .executableTarget(
            name: "filters-benchmark", dependencies: ["Alerts", "Filters", "Packets"], path: "Benchmarks/Filters",
            swiftSettings: wrapper),
        .executableTarget(
            name: "salt2-benchmark", dependencies: ["Salt2"], path: "Benchmarks/Salt2",
            exclude: [
                "fit_truth.py", "lsst_night.py", "requirements.txt", "sncosmo_agreement.py", "sncosmo_fits.py",
                "truth_curves.py", "truth_real.py",
            ], swiftSettings: wrapper),
        .executableTarget(
            name: "plots-benchmark", dependencies: ["Alerts", "Plots", "Packets", "Pipeline"],
            path: "Benchmarks/Plots", swiftSettings: wrapper),
        .executableTarget(
            name: "kafka-benchmark", dependencies: ["Kafka"], path: "Benchmarks/Kafka", swiftSettings: wrapper),
        .executableTarget(
            name: "kafka-server", dependencies: ["CKafka"], path: "Benchmarks/KafkaServer", swiftSettings: wrapper),
        .executableTarget(
            name: "kafka-load", dependencies: ["Kafka", "Packets"], path: "Benchmarks/KafkaLoad",
            exclude: ["measure.py", "worker.py"], swiftSettings: wrapper),
        .executableTarget(
            name: "pubsub-benchmark", dependencies: ["GoogleAuth", "PubSub"], path: "Benchmarks/PubSub",
            exclude: ["google_client.py"], swiftSettings: wrapper),
        .executableTarget(
            name: "storage-benchmark", dependencies: ["CloudStorage", "GoogleAuth"], path: "Benchmarks/Storage",
            exclude: ["google_client.py"], swiftSettings: wrapper),
        .executableTarget(
            name: "bigquery-rows-benchmark", dependencies: ["Alerts", "Avro", "BigQuery", "CloudBroker", "Packets"],
            path: "Benchmarks/BigQueryRows", exclude: ["rows.py"], swiftSettings: wrapper),
    ])
