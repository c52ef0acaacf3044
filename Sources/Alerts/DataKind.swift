/// What kind of data a detection is, which tables have as `data_kind`.
public enum DataKind: String, Sendable, Hashable, CaseIterable {
    /// Observed by the survey itself.
    case survey
    /// From before the survey: of another camera, of a rehearsal, or a sample of a schema.
    case precursor
    /// An artificial source that was put into the image.
    case injected
    /// A source that the survey took back.
    case withdrawn

    /// The column of tables that has the kind.
    package static let column = "data_kind"

    /// The kind of a detection.
    ///
    /// - Parameters:
    ///   - marks: What the survey says against it.
    ///   - isPrecursor: Whether it is from before the survey.
    init(_ marks: PointMarks, isPrecursor: Bool) {
        self =
            marks.contains(.withdrawn)
            ? .withdrawn : marks.contains(.injected) ? .injected : isPrecursor ? .precursor : .survey
    }
}
