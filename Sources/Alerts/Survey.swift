package import Avro

/// A sky survey: all that is peculiar to its alerts.
///
/// Each is made once, in a folder of its own below `Surveys`, and listed in ``all``; nothing outside its folder asks which
/// survey an alert is of, but asks the survey for what differs. It is a class so that an alert carries one reference.
public final class Survey: Sendable {
    /// A short lower-case word, which the names of tables, streams and archive folders begin with: `ztf`.
    public let name: String
    /// As people write it: `ZTF`.
    public let title: String
    /// What the survey calls an alert's number: `candid`, `diaSourceId`.
    public let idName: String
    /// The bandpasses of its camera, in the order in which they are shown.
    public let bands: [Bandpass]
    /// How its packets lie, and how they are recognised.
    package let packet: PacketLayout
    /// Makes an alert of a projected packet.
    package let read: Reading
    /// Makes a light curve of the lists of a packet, or of rows of the history tables that have the lists' columns.
    package let history: @Sendable (ProjectedRecord, ArraySlice<UInt8>) -> LightCurve
    /// What subscribers know its alerts by.
    package let labels: @Sendable (DecodedAlert) -> [AlertLabels.Label]
    /// How its alerts lie in tables.
    package let tables: SurveyTables
    /// The number behind which a Confluent frame's packets have a schema, by the schema's name; `nil` for another's.
    package let schemaID: @Sendable (String) -> UInt32?
    /// How it gives times, and when its nights begin.
    package let time: TimeRule
    /// Where its telescope stands.
    package let site: ObservingSite
    /// How a night's alerts come by Kafka.
    package let stream: StreamRule
    /// The filters that Nightjar has for its alerts: SQL, by their names.
    package let filters: [String: String]
    /// Redshifts between which a fit looks where none is known.
    package let redshifts: ClosedRange<Double>
    /// How its supernovae are fitted where the call does not say.
    package let fit: FitRule
    /// The unit in which its fluxes are drawn.
    package let fluxUnit: FluxUnit
    /// How its cutouts lie on the sky, where their headers do not say.
    package let cutoutSky: CutoutSky?
    /// How an alert's file in an archive bucket is called.
    package let archiveName: ArchiveName
    /// The Avro schema that its tables can be made from before the first packet; `nil` where it changes too often.
    package let schema: String?

    /// Makes an alert of a projected packet and the bytes that its fields lie in; what cannot be read is noted.
    package typealias Reading =
        @Sendable (ProjectedRecord, ArraySlice<UInt8>) throws(AlertError) -> (alert: Alert, notes: ReadingNotes)

    /// When an alert was, as its tables and the names of nights have it.
    package struct TimeRule: Sendable {
        /// The scale of its times.
        package let scale: Epoch.Scale
        /// Whether times are Julian dates, and not modified ones.
        package let isJulian: Bool
        /// Days after 0 h UTC at which the date of a night begins.
        package let nightStart: Double

        /// An epoch from a time as the survey's packets and tables have it, days.
        package func epoch(_ time: Double) -> Epoch {
            Epoch(mjd: isJulian ? time - 2_400_000.5 : time, scale: scale)
        }

        /// The inverse of ``epoch(_:)``.
        package func given(_ epoch: Epoch) -> Double { isJulian ? epoch.jd : epoch.mjd }
    }

    /// How a night's alerts come by Kafka.
    package struct StreamRule: Sendable {
        /// What the names of its topics begin with, as the survey itself has them.
        package let topics: String
        /// A Confluent schema registry that anybody may ask for the schemas of its packets; `nil` where packets carry theirs.
        package var registry: String?
        /// Whether one topic has all nights, so that a night is what lies between two offsets of each partition; else each
        /// night has a topic of its own.
        package let isOneTopic: Bool
        /// How long after the last exposure alerts may still come.
        package let lateWindow: Duration
        /// From the time that the survey gives to the end of the exposure, where the packet does not say.
        package let timeToExposureEnd: Duration
    }

    /// How supernovae are fitted.
    package struct FitRule: Sendable {
        /// The folder of the model, one whose wavelengths reach the survey's bands at its redshifts.
        package let model: String
        /// Whether the model's own errors are part of the fit: where the survey's are smaller, they decide.
        package let usesModelErrors: Bool
    }

    /// A unit of fluxes.
    package enum FluxUnit: Sendable {
        case microjansky, nanojansky
    }

    /// How files of alerts are called.
    package enum ArchiveName: Sendable {
        /// `{object}.{id}.{topic}.avro`, as the original broker came to name ZTF's.
        case object
        /// `{version}/kafkaPublishTimestamp=YYYY-MM-DD/{object's label}=.../{id's name}=....avro`, as its successor names LSST's.
        case day
    }

    init<Mapping: PacketMapping>(
        name: String, title: String, idName: String, bands: [Bandpass], packet: PacketLayout, mapping: Mapping.Type,
        labels: @escaping @Sendable (DecodedAlert) -> [AlertLabels.Label], tables: SurveyTables, time: TimeRule,
        site: ObservingSite, stream: StreamRule, filters: [String: [UInt8]], redshifts: ClosedRange<Double>,
        fit: FitRule, fluxUnit: FluxUnit, archiveName: ArchiveName,
        cutoutSky: CutoutSky? = nil, schema: String? = nil,
        schemaID: @escaping @Sendable (String) -> UInt32? = { _ in nil }
    ) {
        self.name = name
        self.title = title
        self.idName = idName
        self.bands = bands
        self.packet = packet
        read = { (record, body) throws(AlertError) in
            var mapping = Mapping(record: record, body: body)
            return (try mapping.alert(), mapping.notes)
        }
        history = { record, body in
            var mapping = Mapping(record: record, body: body)
            return mapping.lightCurve()
        }
        self.labels = labels
        self.tables = tables
        self.schemaID = schemaID
        self.time = time
        self.site = site
        self.stream = stream
        self.filters = filters.mapValues { String(decoding: $0, as: UTF8.self) }
        self.redshifts = redshifts
        self.fit = fit
        self.fluxUnit = fluxUnit
        self.cutoutSky = cutoutSky
        self.archiveName = archiveName
        self.schema = schema
    }
}

extension Survey {
    /// The surveys whose alerts Nightjar understands.
    public static let all: [Survey] = [
        ztf,
        lsst,
        elasticc,
        winter,
    ]

    /// - Returns: The survey of a ``name``; `nil` for no survey's.
    public static func named(_ name: String) -> Survey? { all.first { $0.name == name } }

    /// The survey whose stream is read, by the name of its topic, or by a pattern that begins with it; `nil` for another's.
    package static func ofTopic(_ topic: String) -> Survey? {
        let name = topic.drop { $0 == "^" }
        return all.first { name.hasPrefix($0.stream.topics) }
    }

    /// The survey whose products a stream on Google Cloud has, by its name, `ztf_alert_data-archive`; `nil` for another's.
    package static func ofProducts(_ name: String) -> Survey? { all.first { name.hasPrefix("\($0.name)_") } }

    /// `ztf or lsst`, for messages.
    package static var names: String { list(all.map(\.name), "or") }

    /// `ZTF and LSST`, for messages.
    package static var titles: String { list(all.map(\.title), "and") }

    private static func list(_ names: [String], _ last: String) -> String {
        names.count < 2
            ? names.joined() : names.dropLast().joined(separator: ", ") + " \(last) \(names[names.count - 1])"
    }
}

extension Survey: Hashable, CustomStringConvertible {
    public static func == (one: Survey, other: Survey) -> Bool { one === other }

    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

    public var description: String { name }
}
