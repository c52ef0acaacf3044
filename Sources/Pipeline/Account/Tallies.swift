/// Numbers by name in groups, such as alerts rejected by each cut, or alerts without a fit by reason.
///
/// A stage adds a group of its own by an extension of ``Group``; the report shows it under the group's name.
package struct Tallies: Hashable, Sendable {
    /// A group of counted names.
    package struct Group: Hashable, Sendable {
        /// The name in the report.
        package let name: String
        /// Names that a report always shows, first and in this order.
        package let names: [String]

        /// A group with the names that a report always shows.
        package init(_ name: String, names: [String] = []) {
            self.name = name
            self.names = names
        }

        /// Values of stored alerts that could not be read and are null, by the field's path.
        package static let unreadable = Group("unreadable")
        /// Stored alerts rejected by each cut; one alert may fail several.
        package static let rejected = Group("rejected", names: FilterVerdict.cuts)
        /// Fits by their quality.
        package static let fitQuality = Group("fitQuality")
        /// Alerts that passed the filter and have no fit, by the reason.
        package static let unfitted = Group("unfitted")

        /// Stored alerts for which the survey's filter would have asked a catalogue that is not there.
        package static let catalogueMissing = Group("catalogueMissing")

        /// The groups that a report always shows, in its order.
        fileprivate static let standard = [unreadable, rejected, fitQuality, unfitted]
    }

    private var groups: [Group: [String: Int]] = [:]

    /// Tallies without numbers.
    package init() {}

    /// The numbers of a group by name, without zeros.
    package subscript(group: Group) -> [String: Int] { groups[group] ?? [:] }

    /// The number of a name in a group.
    package subscript(group: Group, name: String) -> Int {
        get { groups[group]?[name] ?? 0 }
        set { groups[group, default: [:]][name] = newValue }
    }

    /// Adds numbers to a group.
    package mutating func add(_ counts: [String: Int], to group: Group) {
        guard !counts.isEmpty else { return }
        groups[group, default: [:]].merge(counts) { $0 &+ $1 }
    }

    package static func += (left: inout Tallies, right: Tallies) {
        for (group, counts) in right.groups { left.add(counts, to: group) }
    }
}

extension Tallies: Encodable {
    /// Writes an object for each group: those that a report always shows, and then the others by name.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: MemberName.self)
        let others = groups.keys.filter { !Group.standard.contains($0) }.sorted { $0.name < $1.name }
        for group in Group.standard + others {
            var object = members.nestedContainer(keyedBy: MemberName.self, forKey: MemberName(group.name))
            let counts = self[group]
            let more = counts.keys.filter { !group.names.contains($0) }.sorted()
            for name in group.names + more { try object.encode(counts[name] ?? 0, forKey: MemberName(name)) }
        }
    }
}
