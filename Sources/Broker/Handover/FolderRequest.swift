/// Work in a data folder that only the process which holds the folder's lock may do.
///
/// A command hands it to that process, which does it between two commits; where no process holds the lock the command does it
/// itself. Values are resolved by the command that asks: paths are absolute, since the other process has another working folder.
package enum FolderRequest: Codable, Hashable, Sendable {
    /// Removes whole nights.
    case prune(PruneChoice, compacts: Bool, isJSON: Bool)
    /// Processes the waiting dead letters again, with the options of `dead-letters replay` as words.
    case replay(options: [String])
    /// Fits alerts that came while the models were missing, with the options of `salt2 refit` as words; or those of a night, with
    /// the longer history that the tables have.
    case refit(night: Int?, options: [String])
    /// Takes in the packets of files, as a run over these sources does, with options of `run` as words.
    case fill(sources: [String], options: [String])

    /// What is done, as a log names it.
    package var name: String {
        switch self {
        case .prune: "prune"
        case .replay: "dead-letters replay"
        case .refit: "salt2 refit"
        case .fill: "night check --fill"
        }
    }
}
