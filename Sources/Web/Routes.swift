/// All paths. A new one is a route and its place here; requests, the OpenAPI document and docs/web.md follow from it.
enum Routes {
    static let all: [Route] =
        ServiceRoutes.all + ObjectRoutes.all + AlertRoutes.all + PictureRoutes.all + SkyRoutes.all + NightRoutes.all
        + LedgerRoutes.all + StatementRoutes.all + TonightRoutes.all + ReceiptRoutes.all + TableRoutes.all
        + PhotometryRoutes.all + ResolveRoutes.all + CandidateRoutes.all + ModelRoutes.all + VisibilityRoutes.all
        + CatalogueRoutes.all + FilterTestRoutes.all

    /// The route of a path, with the values that the path has.
    static func find(_ parts: [String]) -> (route: Route, path: [String: String])? {
        for route in all {
            if let values = route.match(parts) { return (route, values) }
        }
        return nil
    }

    /// Whether a path, as it was sent, takes a text by POST.
    static func takesText(_ path: some StringProtocol) -> Bool {
        all.contains { $0.text != nil && $0.path == path }
    }
}
