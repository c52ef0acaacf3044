internal import Foundation

/// ONNX Runtime, loaded when it is there: nothing is linked to it.
///
/// The library stays loaded until the process ends, since its threads may outlive who uses it. Its environment is one for all
/// models, and its functions may be called from any thread.
package final class ModelRuntime: Sendable {
    /// Where scripts/setup puts the library, in the folder of models.
    package static let fileInModels = "onnxruntime/libonnxruntime.so.1"
    /// The names by which Linux distributions have it.
    private static let systemNames = ["libonnxruntime.so.1", "libonnxruntime.so"]

    /// The file, or the name by which the system found it.
    package let path: String
    /// ONNX Runtime's version: `1.32.0`.
    package let version: String
    let functions: ONNXFunctions
    // "Env is thread-safe", and memory information and the default allocator are read alone (onnxruntime_c_api.h).
    nonisolated(unsafe) let environment: OpaquePointer
    nonisolated(unsafe) let memory: OpaquePointer
    nonisolated(unsafe) let allocator: OpaquePointer

    /// Loads the library.
    ///
    /// - Parameters:
    ///   - file: The library's file, where somebody names it: it is then looked for nowhere else.
    ///   - models: The folder of models, which is looked into after the system's folders.
    /// - Throws: ``ONNXError/Code/noLibrary`` with all places where it was looked for, and
    ///   ``ONNXError/Code/unusableLibrary`` for another library of the name, or one older than 1.13.
    package init(file: String? = nil, models: String) throws(ONNXError) {
        let candidates = file.map { [$0] } ?? Self.systemNames + ["\(models)/\(Self.fileInModels)"]
        var failures: [String] = []
        for candidate in candidates {
            guard let library = dlopen(candidate, RTLD_NOW | RTLD_LOCAL) else {
                failures.append(dlerror().map { String(cString: $0) } ?? candidate)
                continue
            }
            (path, functions, version) = try Self.functions(of: library, candidate)
            // 4: only what is fatal is written to standard error; everything else comes back as a status.
            environment = try functions.made(.unusableLibrary) { [functions] in
                functions.createEnvironment(4, "nightjar", $0)
            }
            memory = try functions.made(.unusableLibrary) { [functions] in functions.createMemoryInfo(1, 0, $0) }
            allocator = try functions.made(.unusableLibrary) { [functions] in functions.defaultAllocator($0) }
            return
        }
        throw ONNXError(.noLibrary, "ONNX Runtime is not there: " + failures.joined(separator: "; "))
    }

    /// What `OrtGetApiBase` gives: a function for the table of an interface, and one for the version.
    private static func functions(
        of library: UnsafeMutableRawPointer, _ name: String
    ) throws(ONNXError) -> (String, ONNXFunctions, String) {
        typealias Base = @convention(c) () -> UnsafePointer<UnsafeRawPointer?>?
        typealias Table = @convention(c) (UInt32) -> UnsafePointer<UnsafeRawPointer?>?
        typealias Version = @convention(c) () -> UnsafePointer<CChar>
        guard let symbol = dlsym(library, "OrtGetApiBase"), let base = unsafeBitCast(symbol, to: Base.self)(),
            let getTable = base[0], let getVersion = base[1]
        else { throw ONNXError(.unusableLibrary, "\(name) is not ONNX Runtime") }
        let version = String(cString: unsafeBitCast(getVersion, to: Version.self)())
        // A library writes to standard error where it is asked for an interface that it has not, so it is not asked.
        let minor = version.split(separator: ".").dropFirst().first.flatMap { UInt32($0) } ?? 0
        guard version.hasPrefix("1."), minor >= ONNXFunctions.interface,
            let table = unsafeBitCast(getTable, to: Table.self)(ONNXFunctions.interface)
        else {
            throw ONNXError(
                .unusableLibrary, "\(name) is ONNX Runtime \(version); 1.\(ONNXFunctions.interface) or newer is needed")
        }
        return (name, ONNXFunctions(table), version)
    }
}
