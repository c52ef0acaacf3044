/// A sky survey whose alerts Nightjar understands.
public enum Survey: String, Sendable, Hashable, CaseIterable {
    /// The Zwicky Transient Facility at Palomar.
    case ztf
    /// The Legacy Survey of Space and Time of the Vera C. Rubin Observatory on Cerro Pachón.
    case lsst
}
