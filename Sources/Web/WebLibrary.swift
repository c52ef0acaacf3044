package import Catalogues
package import Pipeline

/// What a web server has beside the data folders.
package struct WebLibrary: Sendable {
    /// The catalogues, by name.
    package var catalogues: [Catalogue] = []
    /// The classifiers whose scores the alert tables may have.
    package var classifiers: [String] = []
    /// The models that supernovae were fitted with.
    package var models = SupernovaOptions.withoutModels

    /// A library without anything.
    package init() {}
}
