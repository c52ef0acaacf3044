/// What a row holds beside the packet's own fields; null where it is not known.
package struct AddedValues: Hashable, Sendable {
    package static let partitionColumn = "kafkaPublishTimestamp"

    /// Microseconds since 1970, UTC; the table is partitioned by its days.
    package var kafkaPublishTimestamp: Int64?
    /// Nested HEALPix indexes of the alert's place.
    package var healpix9: Int64?
    package var healpix19: Int64?
    package var healpix29: Int64?
    /// `diaSource.diaObjectId`; LSST only.
    package var diaObjectId: Int64?

    package init(
        kafkaPublishTimestamp: Int64? = nil, healpix9: Int64? = nil, healpix19: Int64? = nil, healpix29: Int64? = nil,
        diaObjectId: Int64? = nil
    ) {
        self.kafkaPublishTimestamp = kafkaPublishTimestamp
        self.healpix9 = healpix9
        self.healpix19 = healpix19
        self.healpix29 = healpix29
        self.diaObjectId = diaObjectId
    }

    func value(of column: String) -> Int64? {
        switch column {
        case Self.partitionColumn: kafkaPublishTimestamp
        case "healpix9": healpix9
        case "healpix19": healpix19
        case "healpix29": healpix29
        case "diaObjectId": diaObjectId
        default: nil
        }
    }
}
