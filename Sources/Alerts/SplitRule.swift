/// How two ids that a survey gave to one place in the sky are recognised.
package struct SplitRule: Sendable {
    /// Objects whose mean positions are no farther apart are one, arcsec.
    package let distance: Double
    /// SQL that says of a row of the alert table, by the table's alias, whether its object stands still.
    package let isFixed: @Sendable (_ alias: String) -> String

    /// Alerts of two objects are compared within this distance, arcsec: theirs scatter around the objects' means.
    package var reach: Double { 2 * distance }
}
