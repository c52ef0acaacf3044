package import Avro

/// How simulated alerts are written as records of an LSST alert schema; made once of the schema.
package struct PacketPlan: Sendable {
    enum Part: Sendable {
        case constant([UInt8])
        case top(RecordPlan<PacketTopField>)
        case source
        /// A list's number of branch for null and for a value; `nil` where it cannot be null.
        case past(Branches?)
        case forced(Branches?)
        case object(Branches?)
        case solarSystem(Branches?)
        case orbit(Branches?)
        case cutout(CutoutKind, Branches?)
    }

    struct Branches: Sendable {
        let null, value: Int
    }

    enum CutoutKind: Sendable { case difference, science, template }

    /// Which form a packet is written in.
    package enum Frame: String, Sendable, CaseIterable {
        /// An Avro container with one record.
        case container
        /// The number of the schema before the bare record, as on Kafka.
        case confluent
    }

    let parts: [Part]
    let source, past: RecordPlan<DiaSourceField>
    let forced: RecordPlan<DiaForcedField>
    let object: RecordPlan<DiaObjectField>
    let solarSystem: RecordPlan<SSSourceField>
    let orbit: RecordPlan<OrbitField>
    let schema: [UInt8]
    let schemaID: UInt32

    /// - Parameters:
    ///   - schema: Of the survey's alerts, with `diaSource` and the lists as 11.1 has them.
    ///   - schemaID: Its number in a Confluent frame.
    /// - Throws: ``SimulatorError`` where a record of 11.1 is missing.
    package init(schema: AvroSchema, id schemaID: UInt32) throws(SimulatorError) {
        guard let record = schema.root.record else {
            throw SimulatorError(.invalidArgument, detail: "the schema is of no record")
        }
        self.schema = Self.withoutDocs(schema.json)
        self.schemaID = schemaID
        source = try RecordPlan(Self.record("diaSource", in: record))
        past = try RecordPlan(Self.record("prvDiaSources", in: record))
        forced = try RecordPlan(Self.record("prvDiaForcedSources", in: record))
        object = try RecordPlan(Self.record("diaObject", in: record))
        solarSystem = try RecordPlan(Self.record("ssSource", in: record))
        orbit = try RecordPlan(Self.record("mpc_orbits", in: record))
        var parts: [Part] = []
        for field in record.fields { parts.append(try Self.part(field)) }
        self.parts = parts
    }

    /// A schema's text without its descriptions, which are two thirds of it: every packet that is a container has it.
    private static func withoutDocs(_ text: [UInt8]) -> [UInt8] {
        func stripped(_ json: JSONValue) -> JSONValue {
            switch json {
            case .object(let members):
                .object(members.filter { $0.key != "doc" }.map { JSONMember($0.key, stripped($0.value)) })
            case .array(let items): .array(items.map(stripped))
            default: json
            }
        }
        return (try? JSONValue.parse(text[...])).map { stripped($0).text } ?? text
    }

    private static func part(_ field: AvroField) throws(SimulatorError) -> Part {
        let branches = field.type.nullable.map { Branches(null: $0.nullBranch, value: 1 - $0.nullBranch) }
        switch field.name {
        case "diaSource": return .source
        case "prvDiaSources": return .past(branches)
        case "prvDiaForcedSources": return .forced(branches)
        case "diaObject": return .object(branches)
        case "ssSource": return .solarSystem(branches)
        case "mpc_orbits": return .orbit(branches)
        case "cutoutDifference": return .cutout(.difference, branches)
        case "cutoutScience": return .cutout(.science, branches)
        case "cutoutTemplate": return .cutout(.template, branches)
        default:
            if let known = RecordPlan<PacketTopField>(field: field) { return .top(known) }
            return .constant(try EmptyValue.bytes(of: field.type))
        }
    }

    /// The record of a field, or of its list.
    private static func record(_ name: String, in alert: AvroRecord) throws(SimulatorError) -> AvroRecord {
        guard var type = alert.field(named: name)?.type else { throw missing(name, alert) }
        if let value = type.nullable?.value { type = value }
        if case .array(let items) = type.kind { type = items }
        guard let record = type.record else { throw missing(name, alert) }
        return record
    }

    private static func missing(_ name: String, _ alert: AvroRecord) -> SimulatorError {
        SimulatorError(
            .invalidArgument, detail: "\(alert.fullName) has no record \(name), as LSST's alerts of 10.0 to 11.1 have")
    }
}
