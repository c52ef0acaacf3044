import Filters
import Testing

/// Which names a catalogue may have. Expected: the tables that docs/filter.md lists, and SQLite's keywords.
@Suite struct CatalogueNameTests {
    @Test(
        "a name that is another table's, or that SQL would take only in quotes, is none",
        arguments: [
            "alert", "detections", "limits", "forced", "fit", "sqlite_a", "pragma_list", "json_each", "main", "temp",
            "select", "order", "group", "table", "from", "where", "index", "values", "join",
        ])
    func refused(name: String) {
        #expect(CatalogueName.fault(in: name, besides: ["fit"])?.contains("'\(name)'") == true)
    }

    @Test("others are", arguments: ["gaia", "ps1", "first", "alerts", "temporary", "x", "watch_list", "fit"])
    func taken(name: String) { #expect(CatalogueName.fault(in: name, besides: []) == nil) }
}
