internal import Foundation

extension LightCurvePlot {
    /// The picture as a file.
    ///
    /// - Parameter form: What kind of file.
    /// - Returns: Its bytes, the same ones for the same figure.
    /// - Throws: ``PlotError`` for a width that cannot be drawn, and where cairo cannot draw.
    package func drawn(as form: Form) throws(PlotError) -> [UInt8] {
        if case .png(let width) = form, !(300...8_000).contains(width) {
            throw PlotError(detail: "a picture \(width) pixels wide; 300 to 8000 can be drawn")
        }
        let page = try Page(self)
        let canvas = try Canvas(width: Page.width, height: page.height, form: form)
        canvas.describe(title: objectId, date: creationDate)
        page.draw(on: canvas)
        return try canvas.finish()
    }

    /// The picture as PNG.
    ///
    /// - Parameter width: Pixels across, 300 to 8,000.
    /// - Returns: The file.
    /// - Throws: ``PlotError`` for another width, and where cairo cannot draw.
    package func png(width: Int = 900) throws(PlotError) -> [UInt8] { try drawn(as: .png(width: width)) }

    /// The alert's date as a PDF's own, so that it does not depend on when it is drawn; 1970 where it is no date.
    private var creationDate: String {
        let parts = date.split(separator: " ")
        guard parts.count >= 2, (try? Date("\(parts[0])T\(parts[1])Z", strategy: .iso8601)) != nil else {
            return "1970-01-01T00:00:00Z"
        }
        return "\(parts[0])T\(parts[1])Z"
    }
}
