package import Alerts

/// An alert, judged, and ready to be written.
package struct JudgedAlert: Sendable {
    package let decoded: DecodedAlert
    package let verdict: FilterVerdict
    package let schema: ArchivedSchema
    /// The record in the archived schema.
    package let body: ArraySlice<UInt8>
    /// What goes to the filtered stream; `nil` for an alert that did not pass.
    package let message: ArraySlice<UInt8>?
    /// What the SALT2 stage says of it; `nil` for an alert that did not pass, or was not looked at.
    package var supernova: SupernovaOutcome?
}
