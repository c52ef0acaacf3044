package import Alerts

/// An alert with all that was computed of it, ready to be written.
package struct ProcessedAlert: Sendable {
    package let decoded: DecodedAlert
    package let schema: ArchivedSchema
    /// The record in the archived schema.
    package let body: ArraySlice<UInt8>
    /// What the stages say of it, in the order of their columns.
    var added: [ProductValue] = []
    /// What the stages count of it.
    var tallies = Tallies()
    /// What the filter says of it.
    package internal(set) var verdict = FilterVerdict.none
    /// What goes to the filtered stream; `nil` for an alert that did not pass.
    package internal(set) var message: ArraySlice<UInt8>?
    /// What the SALT2 stage says of it; `nil` for an alert that did not pass, or was not looked at.
    package var supernova: SupernovaOutcome?

    init(decoded: DecodedAlert, schema: ArchivedSchema, body: ArraySlice<UInt8>) {
        self.decoded = decoded
        self.schema = schema
        self.body = body
    }

    package var key: AlertKey { AlertKey(decoded) }

    /// The values of the columns that Nightjar adds to the alert's row and to messages: ``StageList/columns``.
    package var values: [ProductValue] { verdict.values + added }

    /// What a stage says of it under a column's name; null where there is no such column.
    package func value(of column: String) -> ProductValue {
        guard let index = schema.stages.columns.firstIndex(where: { $0.name == column }) else { return .null }
        let values = values
        return index < values.count ? values[index] : .null
    }

    /// Counts in a report what the stages say of it, once it is stored.
    package func count(in tallies: inout Tallies) {
        verdict.count(in: &tallies)
        tallies += self.tallies
        supernova?.count(in: &tallies)
    }
}
