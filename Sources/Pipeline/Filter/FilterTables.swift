internal import Alerts
package import Filters

/// The tables that filters read of what was computed of an alert, and the names that no filter may have.
package enum FilterTables {
    /// The alert's own fit: the columns of `<survey>_salt2` but the plot.
    package static let fit = ComputedTable(
        "fit", Salt2Row.columns.filter { $0.name != plot }.map { ComputedTable.Column($0.name, $0.kind.ofFilters) })
    /// A plot has no path before it is stored.
    private static let plot = "plot_lc_path"

    /// The row of a fit.
    static func row(_ row: Salt2Row) -> [AlertQuery.Value] {
        zip(Salt2Row.columns, row.values).filter { $0.0.name != plot }.map { AlertQuery.Value($0.1) }
    }

    /// What is wrong with a catalogue's name, which is also a table of filters; `nil` for nothing.
    package static func fault(inNameOfCatalogue name: String) -> String? {
        CatalogueName.fault(in: name, besides: [fit.name, ScoreStage.tableName, "host"])
    }

    /// What is wrong with a filter's name, which is also a stream's and a table's; `nil` for nothing.
    package static func fault(inNameOf filter: FilterText) -> String? {
        let (name, survey) = (filter.name, filter.survey)
        let tables = [survey.tables.alerts] + survey.tables.history.map(\.name)
        let taken =
            StreamKind.own.map(\.rawValue) + ["dead_letters", "object", "objects", "same_object"]
            + ProductTable.ofFolder.flatMap { [$0.name, "\($0.name)_newest"] }
            + tables.map { String($0.dropFirst(survey.name.count + 1)) }
        if taken.contains(name) { return "'\(name)' is the name of a stream or table of \(survey.title)'s" }
        if survey.filters[name] != nil { return "'\(name)' is the name of a filter that Nightjar has" }
        return nil
    }
}

extension ProductColumn.Kind {
    var ofFilters: ComputedTable.Kind {
        switch self {
        case .boolean, .integer: .integer
        case .real: .real
        case .text: .text
        }
    }
}

extension AlertQuery.Value {
    /// A product's value as filters see it: booleans are 0 and 1.
    package init(_ value: ProductValue) {
        self =
            switch value {
            case .null: .null
            case .boolean(let value): .integer(value ? 1 : 0)
            case .integer(let value): .integer(value)
            case .real(let value): .real(value)
            case .text(let value): .text(value)
            }
    }
}
