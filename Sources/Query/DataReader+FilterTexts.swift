package import Alerts
package import DataLayout
package import Filters

extension DataReader {
    /// The filters of a survey: those that Nightjar has, and the last version of each that has judged alerts here, by name.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read, ``Filters/FilterError`` for a text that is no filter.
    package func filterTexts(of survey: Survey) throws -> [FilterText] {
        var texts: [String: FilterText] = [:]
        for (name, sql) in survey.filters {
            texts[name] = try FilterText(name: name, survey: survey, sql: sql, path: "\(survey.name)/\(name).sql")
        }
        for use in try filterUses() where use.survey == survey.name {
            texts[use.filter] = try FilterText(
                name: use.filter, survey: survey, sql: use.sql, path: "\(use.filter)@\(use.version.prefix(12))")
        }
        return texts.values.sorted { $0.name < $1.name }
    }

    /// A survey's alert with an id.
    ///
    /// - Throws: ``DataLayout/BrokerError``, of code `unknownAlert` where no folder has it.
    package func alert(_ id: Int64, of survey: Survey) throws(BrokerError) -> ArchivedAlert {
        try alert(id) { (folder) throws(BrokerError) in try folder.alert(id, of: survey) }
    }
}
