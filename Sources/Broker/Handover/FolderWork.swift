/// Carries out the requests of other processes between two commits of a run.
///
/// - Parameters:
///   - request: What is to be done.
///   - folder: The folder, in which nothing else is open.
///   - output: Takes what the work says.
/// - Returns: The exit status of the command that asked.
package typealias FolderWork =
    @Sendable (_ request: FolderRequest, _ folder: HeldFolder, _ output: FolderOutput) -> Int32
