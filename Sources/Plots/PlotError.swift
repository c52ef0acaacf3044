/// Why a picture cannot be drawn.
package struct PlotError: Error, Hashable, CustomStringConvertible {
    /// What is wrong, in a few words.
    package let detail: String

    init(detail: String) { self.detail = detail }

    /// What is wrong.
    package var description: String { detail }
}
