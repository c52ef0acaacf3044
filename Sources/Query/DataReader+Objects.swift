package import Alerts
package import DataLayout
internal import SQLite
internal import Pipeline

extension DataReader {
    /// The objects of a name: one at most of each survey.
    ///
    /// - Throws: ``DataLayout/BrokerError``, of code `unknownObject` where there is none.
    package func objects(named name: String) throws(BrokerError) -> [ObjectRecord] {
        var objects: [ObjectRecord] = []
        for survey in Survey.all {
            guard let object = ObjectName(name, of: survey) else { continue }
            var alerts = try merged { (folder) throws(BrokerError) in try object.alerts(in: folder) }
            guard !alerts.isEmpty else { continue }
            let fits = try merged(by: \.id) { (folder) throws(BrokerError) in try object.fits(in: folder) }
            var curve = LightCurveMerge()
            for folder in folders { curve.add(try object.lightCurve(in: folder)) }
            let light = curve.merged
            // An alert's own row has what its packet said; that the survey withdrew the source is in a later one.
            let withdrawn = light.withdrawn(true)
            let gone = Set(withdrawn.detections.compactMap(\.id))
            for index in alerts.indices where gone.contains(alerts[index].id) {
                alerts[index].dataKind = .withdrawn
            }
            objects.append(
                ObjectRecord(
                    survey: survey, name: name,
                    alerts: alerts.sorted { ($0.epoch.mjd, $0.id) < ($1.epoch.mjd, $1.id) },
                    lightCurve: light.withdrawn(false), withdrawn: withdrawn,
                    fits: fits.sorted { ($0.mjd, $0.id) > ($1.mjd, $1.id) }.map(\.fit)))
        }
        guard !objects.isEmpty else { throw unknownObject(name) }
        return objects
    }

    /// The newest alert of an object, or of the objects of several surveys that have the name; `nil` where there is none.
    package func newestAlert(of name: String) throws(BrokerError) -> (survey: Survey, id: Int64)? {
        var newest: (survey: Survey, time: Double, id: Int64)?
        for survey in Survey.all {
            guard let object = ObjectName(name, of: survey) else { continue }
            for folder in folders {
                guard let (given, id) = try object.newestAlert(in: folder) else { continue }
                let time = survey.time.epoch(given).mjdTAI
                if newest.map({ (time, id) > ($0.time, $0.id) }) ?? true { newest = (survey, time, id) }
            }
        }
        return newest.map { ($0.survey, $0.id) }
    }

    /// The objects' names that may have been meant by one that is none: the same but for capitals, or but for its end.
    package func objectNames(like name: String) throws(BrokerError) -> [String] {
        var names: Set<String> = []
        for folder in folders {
            for survey in Survey.all where try folder.hasTable(survey.tables.alerts) {
                try names.formUnion(ObjectName.names(like: name, of: survey, in: folder))
            }
        }
        return names.sorted()
    }

    /// The name of the object that an alert is of; `nil` where there is no such alert, or it has no object.
    package func objectName(ofAlert id: Int64) throws(BrokerError) -> String? {
        for folder in folders {
            for survey in Survey.all where try folder.hasTable(survey.tables.alerts) {
                if let name = try ObjectName.ofAlert(id, of: survey, in: folder) { return name }
            }
        }
        return nil
    }

    func unknownObject(_ name: String) -> BrokerError {
        BrokerError(.unknownObject, path: paths, detail: "no alert of an object '\(name)' is here")
    }

    /// What the folders have, once each; of two the first folder's.
    private func merged<Row, Key: Hashable>(
        by key: (Row) -> Key, _ rows: (OpenFolder) throws(BrokerError) -> [Row]
    ) throws(BrokerError) -> [Row] {
        var (all, seen): ([Row], Set<Key>) = ([], [])
        for folder in folders { all += try rows(folder).filter { seen.insert(key($0)).inserted } }
        return all
    }

    private func merged(
        _ rows: (OpenFolder) throws(BrokerError) -> [ObjectRecord.AlertRow]
    ) throws(BrokerError) -> [ObjectRecord.AlertRow] {
        try merged(by: \.id, rows)
    }
}
