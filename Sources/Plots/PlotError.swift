/// Why a plot cannot be drawn.
package struct PlotError: Error, Hashable, CustomStringConvertible {
    /// The reason.
    package let detail: String

    init(detail: String) { self.detail = detail }

    /// The reason.
    package var description: String { detail }
}
