internal import Avro

/// What a stream's subscribers know an alert by, under the names that clients of the Pitt-Google broker read.
package struct AlertLabels: Sendable, Hashable {
    /// The object's and the alert's ids: ZTF `objectId` and `candid`; LSST `diaObject_diaObjectId`, or `ssSource_ssObjectId`
    /// for a solar-system object, and `diaSource_diaSourceId`.
    package let ids: [Label]
    /// `v4_02`, `v11_1`; `nil` where the schema does not say.
    package let schemaVersion: String?
    /// Entries of the packet's history, `prv_candidates` or `prvDiaSources`.
    package let previousDetections: Int

    /// An id and its name.
    package struct Label: Sendable, Hashable {
        /// The id's name, as clients know it.
        package let name: String
        /// The id.
        package let value: String
    }

    /// The labels of a decoded alert.
    package init(_ decoded: DecodedAlert) {
        schemaVersion = decoded.schema.version
        ids = decoded.schema.survey.labels(decoded)
        previousDetections = decoded.fields.lists[0].count
    }

    /// Those that have a value.
    static func labels(_ pairs: (name: String, value: String?)...) -> [Label] {
        pairs.compactMap { pair in pair.value.map { Label(name: pair.name, value: $0) } }
    }
}
