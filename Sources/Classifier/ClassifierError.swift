/// Why a classifier cannot be used, or could not score an alert: the file, the place in it, and what is wrong.
package struct ClassifierError: Error, Hashable, CustomStringConvertible {
    /// The file that is at fault, a description or one that it names.
    package let path: String
    /// Where in a description, each `nil` where the whole is at fault: the line, from 1, and the field, as `model.sha256`.
    package let line: Int?
    /// The field's path.
    package let field: String?
    /// What is wrong.
    package let reason: String

    init(_ path: String, line: Int? = nil, field: String? = nil, _ reason: String) {
        (self.path, self.line, self.field, self.reason) = (path, line, field, reason)
    }

    package var description: String {
        path + (line.map { ":\($0)" } ?? "") + ": " + (field.map { "\($0): " } ?? "") + reason
    }
}
