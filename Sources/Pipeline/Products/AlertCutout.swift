package import Alerts
package import FITS

extension ImageSky {
    /// How a cutout of an alert lies on the sky: as its header says, or by the survey's rule where it says nothing.
    ///
    /// - Parameters:
    ///   - image: The cutout.
    ///   - alert: Whose cutout it is.
    /// - Returns: `nil` where neither is known.
    package static func of(_ image: CutoutImage, _ alert: Alert) -> ImageSky? {
        if let sky = image.sky { return sky }
        guard let rule = alert.survey.cutoutSky else { return nil }
        let isWhole = image.width == rule.side && image.height == rule.side
        let isAligned = abs(alert.detection.dec ?? 90) <= rule.furthestDeclination
        let middle = Double(rule.side + 1) / 2
        return ImageSky(
            pixelScale: rule.pixelScale, axes: isAligned ? ImageSky.Axes(north: rule.north, east: rule.east) : nil,
            position: isWhole ? SIMD2(middle, middle) : nil)
    }
}
