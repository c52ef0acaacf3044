package import Alerts
package import Pipeline

/// An object: all that data folders have of it.
package struct ObjectRecord: Sendable {
    /// One of its alerts, as its row has it.
    package struct AlertRow: Sendable {
        /// ``Alerts/Alert/id``.
        package let id: Int64
        /// The name of its object, which is another than the record's where the survey split the object.
        package internal(set) var object = ""
        /// When it was detected.
        package let epoch: Epoch
        /// YYYYMMDD.
        package let night: Int
        /// Degrees, ICRS; `nil` where it is at no place.
        package let ra, dec: Double?
        /// What kind of data its detection is; what the survey withdrew later is withdrawn too.
        package internal(set) var dataKind: DataKind
        /// The filter's verdict, by the names of its columns, in their order.
        package let verdict: [(name: String, passed: Bool)]
        /// The data folder that has it.
        package let folder: String

        /// Whether it passed the filter.
        package var passed: Bool { FilterVerdict.cuts.allSatisfy { cut in verdict.contains { $0 == (cut, true) } } }

        /// The cuts that it failed.
        package var failedCuts: [String] {
            verdict.filter { FilterVerdict.cuts.contains($0.name) && !$0.passed }.map(\.name)
        }
    }

    /// A fit of one of its alerts, or why there is none, as its row has it.
    package struct Fit: Sendable {
        /// In the order of the table's columns.
        package let values: [(name: String, value: ProductValue)]

        /// The value of a column; `nil` for one that the table lacks.
        package subscript(name: String) -> ProductValue? { values.first { $0.name == name }?.value }
    }

    /// Another id that the survey gave to the same place.
    package struct Joined: Sendable, Hashable {
        /// The object's name.
        package let name: String
        /// How far its mean position is from the record's, arcsec.
        package let distance: Double
    }

    /// The names of the objects that the points of a light curve are of, point by point.
    package struct Owners: Sendable {
        /// Of each list's points.
        package let detections, forced, upperLimits: [String]
    }

    /// Whose object it is.
    package let survey: Survey
    /// As the survey calls it.
    package let name: String
    /// The other ids of the place, the nearest first; their alerts, points and fits are in the record.
    package let joined: [Joined]
    /// By time and then id, the newest last.
    package let alerts: [AlertRow]
    /// All points that its alerts brought and the survey did not withdraw, each list by time and bandpass.
    package let lightCurve: LightCurve
    /// Whose points they are.
    package let owners: Owners
    /// Those that the survey withdrew.
    package let withdrawn: LightCurve
    /// Whose those are.
    package let withdrawnOwners: Owners
    /// The newest alert's first.
    package let fits: [Fit]

    /// The position of its newest alert that has one, degrees, ICRS.
    package var position: (ra: Double, dec: Double)? {
        for alert in alerts.reversed() where alert.object == name {
            if let ra = alert.ra, let dec = alert.dec { return (ra, dec) }
        }
        return nil
    }
}
