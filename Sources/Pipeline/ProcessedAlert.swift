package import Alerts
internal import Avro
internal import Filters
package import Compression

/// An alert with everything that was computed of it, before it is written.
package struct ProcessedAlert: Sendable {
    /// The decoded alert.
    package let decoded: DecodedAlert
    /// The schemas in which it is archived and published.
    package let schema: ArchivedSchema
    /// The record in the archived schema.
    package let body: ArraySlice<UInt8>
    /// The CRC32C of ``body``, which the archive needs: computed where several threads work.
    package let checksum: CRC32C.Part
    /// The stages' values, in the order of their columns.
    var added: [ProductValue] = []
    /// The stages' tallies.
    var tallies = Tallies()
    /// The filter's verdict.
    package internal(set) var verdict = FilterVerdict.none
    /// Whether it is in the stream of extragalactic transients.
    package internal(set) var isTransient = false
    /// Whether it is to be fitted: a filter of choice passes it.
    var isToFit = false
    /// The record without its cutouts, with the stages' values, as filtered streams have it; `nil` where none has the alert.
    package internal(set) var message: ArraySlice<UInt8>?
    /// What the live filters say of it.
    package internal(set) var judged = JudgedFilters()
    /// The output of the SALT2 stage; `nil` for an alert that was not fitted.
    package var supernova: SupernovaOutcome?

    init(decoded: DecodedAlert, schema: ArchivedSchema, body: ArraySlice<UInt8>) {
        self.decoded = decoded
        self.schema = schema
        self.body = body
        checksum = CRC32C.Part(body)
    }

    /// The alert's key.
    package var key: AlertKey { AlertKey(decoded) }

    /// The columns that Nightjar adds to the alert's row and to messages.
    package var columns: [ProductColumn] { schema.stages.columns(of: decoded.schema.survey) }
    /// Their values.
    package var values: [ProductValue] { verdict.values + added }

    /// The value of a column; null where there is no such column.
    package func value(of column: String) -> ProductValue {
        guard let index = columns.firstIndex(where: { $0.name == column }) else { return .null }
        let values = values
        return index < values.count ? values[index] : .null
    }

    /// The row of its fit, without a plot; `nil` where it was not fitted.
    var fitRow: Salt2Row? {
        guard case .fit(let fit)? = supernova else { return nil }
        return Salt2Row(decoded.alert, fit, path: nil)
    }

    /// What classifiers say of it, for a plot.
    var scores: [String] {
        guard
            let table = schema.stages.tables(of: decoded.schema.survey).first(where: { $0.name == ScoreStage.tableName }
            )
        else { return [] }
        return table.columns.compactMap { column in
            guard case .real(let score) = value(of: column.name) else { return nil }
            return "\(column.name) \(Double(Int((score * 1000).rounded())) / 1000)"
        }
    }

    /// Makes ``message``.
    mutating func makeMessage() throws(AvroError) {
        message = try schema.filtered.message(body, adding: values)[...]
    }

    /// Adds its tallies to those of a report, once it is stored.
    package func count(in tallies: inout Tallies) {
        verdict.count(in: &tallies)
        tallies += self.tallies
        supernova?.count(in: &tallies)
    }
}
