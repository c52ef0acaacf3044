internal import Alerts
internal import DataLayout
internal import Sky

extension DataReader {
    /// Other ids of a place that are joined at most.
    private static let mostJoined = 8

    /// The other ids that the survey gave to an object's place, the nearest first.
    ///
    /// Each is within the rule's distance of the object itself: what is near one of them alone is not joined, so that a row of
    /// objects in a crowded field does not become one.
    ///
    /// - Parameters:
    ///   - object: The object.
    ///   - alerts: Its alerts.
    /// - Returns: The ids; none where the survey splits no objects, or the object moves.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    func splitParts(
        of object: ObjectName, at alerts: [ObjectRecord.AlertRow]
    ) throws(BrokerError) -> [ObjectRecord.Joined] {
        guard let rule = object.survey.tables.split, try !moves(object, rule),
            let place = Self.mean(alerts.compactMap { Self.position($0.ra, $0.dec) })
        else { return [] }
        let near = try cone(survey: object.survey, ra: place.ra, dec: place.dec, radius: rule.reach)
        var places: [String: [SkyPosition]] = [:]
        for match in near {
            guard let name = match.objectId, name != object.name else { continue }
            places[name, default: []].append(SkyPosition(ra: match.ra, dec: match.dec))
        }
        var joined: [ObjectRecord.Joined] = []
        for (name, positions) in places {
            guard let other = Self.mean(positions), let part = ObjectName(name, of: object.survey) else { continue }
            let distance = place.separation(from: other)
            guard distance <= rule.distance, try !moves(part, rule) else { continue }
            joined.append(ObjectRecord.Joined(name: name, distance: distance))
        }
        return Array(joined.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(Self.mostJoined))
    }

    private func moves(_ object: ObjectName, _ rule: SplitRule) throws(BrokerError) -> Bool {
        for folder in folders where try object.moves(in: folder, rule) { return true }
        return false
    }

    private static func position(_ ra: Double?, _ dec: Double?) -> SkyPosition? {
        guard let ra, let dec else { return nil }
        return SkyPosition(ra: ra, dec: dec)
    }

    /// The mean of positions that are near each other; right ascensions may lie on both sides of 0 h.
    private static func mean(_ positions: [SkyPosition]) -> SkyPosition? {
        guard let first = positions.first else { return nil }
        let count = Double(positions.count)
        let offset = positions.reduce(0) { $0 + ($1.ra - first.ra).remainder(dividingBy: 360) } / count
        let ra = (first.ra + offset).truncatingRemainder(dividingBy: 360)
        return SkyPosition(ra: ra < 0 ? ra + 360 : ra, dec: positions.reduce(0) { $0 + $1.dec } / count)
    }
}
