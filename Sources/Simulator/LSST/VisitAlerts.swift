internal import Foundation
internal import Synchronization

/// The alerts of one visit, in the order in which they are sent, and the visits of its field until then.
final class VisitAlerts: Sendable {
    /// What an alert of the visit is of.
    enum Entry: Sendable {
        case object(SkyObject, Look)
        case artefact(LSSTArtefact)
    }

    let visit: Visit
    /// The field's visits from the survey's first night on; the last is this one.
    let log: [Visit]
    /// As many as the visit is to have.
    let entries: [Entry]
    let centre: (ra: Double, dec: Double)

    init(night: Int, sequence: Int, schedule: VisitSchedule, mix: LSSTMix, model: SupernovaModel) {
        visit = schedule.visit(night: night, sequence: sequence)
        log = schedule.visits(of: visit.field, through: visit)
        centre = schedule.centre(of: visit.field)
        let population = FieldPopulation(field: visit.field, seed: schedule.seed, mix: mix)
        let wanted = schedule.alerts(inVisit: sequence)
        var found = Self.found(of: population, in: visit, model: model)
        if found.count > wanted { found.removeLast(found.count - wanted) }
        let artefacts = (found.count..<wanted).map { [visit] in LSSTArtefact(number: $0, in: visit) }
        var all = found.map { (order: $1.place.detector << 19 | $0.counter, entry: Entry.object($0, $1)) }
        all += artefacts.map { ($0.detector << 19 | $0.counter, .artefact($0)) }
        all.sort { $0.order < $1.order }
        entries = all.map(\.entry)
    }

    /// The objects that the visit finds, in the order of their numbers.
    private static func found(
        of population: FieldPopulation, in visit: Visit, model: SupernovaModel
    ) -> [(SkyObject, Look)] {
        var found: [(SkyObject, Look)] = []
        func look(_ object: SkyObject) {
            guard let look = Look(object, in: visit, model: model), look.isFound else { return }
            found.append((object, look))
        }
        for number in 0..<population.lasting {
            let place = population.lastingPlace(number)
            guard FocalPlane.place(east: place.east, north: place.north, in: visit) != nil else { continue }
            look(population.lastingObject(number))
        }
        population.supernovae(at: visit.time).forEach(look)
        population.asteroids(at: visit.time).forEach(look)
        return found
    }
}

/// The visits whose alerts were asked for last: neighbouring alerts are of one visit.
final class VisitCache: Sendable {
    /// As many threads as work on neighbouring alerts meet at most the end of one visit and the beginning of the next.
    private static let most = 3

    private let visits = Mutex<[VisitAlerts]>([])

    /// The visit of a sequence, made where it is not there; one thread makes it and others wait.
    func visit(_ sequence: Int, _ make: () -> VisitAlerts) -> VisitAlerts {
        visits.withLock { visits in
            if let known = visits.first(where: { $0.visit.sequence == sequence }) { return known }
            let made = make()
            if visits.count == Self.most { visits.removeFirst() }
            visits.append(made)
            return made
        }
    }
}
