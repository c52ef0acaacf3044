internal import Foundation

extension LightCurvePlot {
    /// The plot as a file.
    ///
    /// - Parameter form: The format.
    /// - Returns: The file, which depends on the plot's values only.
    /// - Throws: ``PlotError`` for a width out of range, and where cairo fails.
    package func drawn(as form: Form) throws(PlotError) -> [UInt8] {
        if case .png(let width) = form, !(300...8_000).contains(width) {
            throw PlotError(detail: "an image \(width) pixels wide; 300 to 8000 can be drawn")
        }
        let page = try Page(self)
        let canvas = try Canvas(width: Page.width, height: page.height, form: form)
        canvas.describe(title: objectId, date: creationDate)
        page.draw(on: canvas)
        return try canvas.finish()
    }

    /// The plot as PNG.
    ///
    /// - Parameter width: The width in pixels, 300 to 8,000.
    /// - Returns: The file.
    /// - Throws: ``PlotError`` for a width out of range, and where cairo fails.
    package func png(width: Int = 900) throws(PlotError) -> [UInt8] { try drawn(as: .png(width: width)) }

    /// The alert's date as the creation date of a PDF, so that the file is reproducible; 1970 where it is not a date.
    private var creationDate: String {
        let parts = date.split(separator: " ")
        guard parts.count >= 2, (try? Date("\(parts[0])T\(parts[1])Z", strategy: .iso8601)) != nil else {
            return "1970-01-01T00:00:00Z"
        }
        return "\(parts[0])T\(parts[1])Z"
    }
}
