internal import Alerts
internal import DataLayout
internal import FITS
internal import Foundation
internal import HTTP
internal import Pipeline
internal import Plots
internal import Query

/// Pictures of alerts: cutouts and plots.
enum PictureRoutes {
    static let all = [cutout, plot]

    private static let cutout = Route(
        path: "/api/v1/alerts/{id}/cutouts/{kind}.png",
        summary: "A cutout: asinh stretch, north up and east to the left where the survey says how it lies",
        parameters: [
            AlertRoutes.id, .path("kind", .choice(["science", "template", "difference"]), "which of the three"),
            .survey,
            .optional(
                "size", .whole(CutoutPicture.sides), "pixels a side", standard: "252"),
            .optional("marks", .flag, "with a cross, a scale bar and a compass", standard: "false"),
        ], body: .bytes("image/png"), problems: [.notFound, .damaged]
    ) { question in
        let decoded = try question.read { try AlertRoutes.decoded(AlertRoutes.archived(question, $0)) }
        let (kind, cutouts) = (question.values.text("kind"), decoded.alert.cutouts)
        let bytes = kind == "science" ? cutouts.science : kind == "template" ? cutouts.template : cutouts.difference
        guard let bytes else { throw Problem(.notFound, "the packet of this alert has no \(kind) image") }
        let image: CutoutImage
        do throws(FITSError) { image = try CutoutImage(fits: bytes) } catch {
            throw Problem(
                .notFound,
                "the \(kind) image of this alert is no FITS image that can be drawn: \(error.detail); packet.avro has its bytes"
            )
        }
        let sky = ImageSky.of(image, decoded.alert)
        let picture = try CutoutPicture.png(
            of: image, sky: sky, side: question.values.whole("size"), hasMarks: question.values.flag("marks"))
        var answer = WebAnswer(picture, "image/png")
        answer.headers = [HTTPHeader("X-North-Up", sky?.axes == nil ? "unknown" : "yes")]
        if let field = CutoutPicture.field(of: image, sky: sky) {
            answer.headers.append(HTTPHeader("X-Field-Arcsec", String(format: "%.3f", field.side)))
            if let target = field.target {
                answer.headers.append(HTTPHeader("X-Target", String(format: "%.5f,%.5f", target.x, target.y)))
            }
        }
        answer.caching = .unchanging
        return answer
    }

    /// The largest plot that is sent, bytes.
    private static let longestPlot = 16 << 20

    private static let plot = Route(
        path: "/api/v1/alerts/{id}/plot.png", summary: "The plot of an alert's light curve and fit that the run drew",
        parameters: [AlertRoutes.id, .survey], body: .bytes("image/png"), problems: [.notFound, .damaged]
    ) { question in
        let path = try question.read { reader in
            let archived = try AlertRoutes.archived(question, reader)
            return "\(archived.folder.path)/\(PlotPath.of(try AlertRoutes.decoded(archived).alert))"
        }
        guard RegularFile.exists(path), let file = FileHandle(forReadingAtPath: path),
            let plot = try? file.read(upToCount: longestPlot), !plot.isEmpty
        else {
            throw Problem(
                .notFound,
                "there is no plot of this alert: a run draws what was fitted; 'nightjar salt2 plot' draws others")
        }
        return WebAnswer(Array(plot), "image/png")
    }
}
