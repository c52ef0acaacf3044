package import Alerts
package import DataLayout
internal import SQLite
internal import Pipeline

extension DataReader {
    /// The objects of a name: one at most of each survey.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - joins: Whether the other ids that the survey gave to the place are part of it.
    /// - Returns: The objects, in the order of the surveys.
    /// - Throws: ``DataLayout/BrokerError``, of code `unknownObject` where there is none.
    package func objects(named name: String, joins: Bool = true) throws(BrokerError) -> [ObjectRecord] {
        var objects: [ObjectRecord] = []
        for survey in Survey.all {
            guard let object = ObjectName(name, of: survey) else { continue }
            let alerts = try alerts(of: object)
            guard !alerts.isEmpty else { continue }
            let joined = joins ? try splitParts(of: object, at: alerts) : []
            objects.append(try record(object, alerts, joined))
        }
        guard !objects.isEmpty else { throw unknownObject(name) }
        return objects
    }

    private func alerts(of object: ObjectName) throws(BrokerError) -> [ObjectRecord.AlertRow] {
        var alerts = try merged(by: \.id) { (folder) throws(BrokerError) in try object.alerts(in: folder) }
        for index in alerts.indices { alerts[index].object = object.name }
        return alerts
    }

    private func record(
        _ object: ObjectName, _ alerts: [ObjectRecord.AlertRow], _ joined: [ObjectRecord.Joined]
    ) throws(BrokerError) -> ObjectRecord {
        var (alerts, curve, fits) = (alerts, LightCurveMerge(), [ObjectName.DatedFit]())
        let others = joined.compactMap { ObjectName($0.name, of: object.survey) }
        for part in [object] + others {
            if part.name != object.name { alerts += try self.alerts(of: part) }
            fits += try merged(by: \.id) { (folder) throws(BrokerError) in try part.fits(in: folder) }
            for folder in folders { curve.add(try part.lightCurve(in: folder), of: part.name) }
        }
        let (standing, gone) = (curve.merged(withdrawn: false), curve.merged(withdrawn: true))
        // An alert's own row has what its packet said; that the survey withdrew the source is in a later one.
        let withdrawn = Set(gone.curve.detections.compactMap(\.id))
        for index in alerts.indices where withdrawn.contains(alerts[index].id) { alerts[index].dataKind = .withdrawn }
        return ObjectRecord(
            survey: object.survey, name: object.name, joined: joined,
            alerts: alerts.sorted { ($0.epoch.mjd, $0.id) < ($1.epoch.mjd, $1.id) }, lightCurve: standing.curve,
            owners: standing.owners, withdrawn: gone.curve, withdrawnOwners: gone.owners,
            fits: fits.sorted { ($0.mjd, $0.id) > ($1.mjd, $1.id) }.map(\.fit))
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
}
