/// The functions of ONNX Runtime's C interface that are used, by their places in its table.
///
/// The table (`OrtApi` of onnxruntime_c_api.h) is only ever added to, so that a function's place is part of the binary interface,
/// and no header is needed. A function returns no status where it succeeded; the pointers are to what the library made.
struct ONNXFunctions: @unchecked Sendable {  // pointers to code, which nobody changes
    typealias Status = OpaquePointer?
    typealias Made = UnsafeMutablePointer<OpaquePointer?>
    typealias Size = UnsafeMutablePointer<Int>
    typealias Text = UnsafePointer<CChar>
    typealias Port = @convention(c) (OpaquePointer, Int, Made) -> Status
    typealias PortName =
        @convention(c) (
            OpaquePointer, Int, OpaquePointer, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
        ) -> Status
    typealias Release = @convention(c) (OpaquePointer?) -> Void

    /// The oldest interface that has them all: ONNX Runtime 1.13 (2022).
    static let interface: UInt32 = 13

    private let table: UnsafePointer<UnsafeRawPointer?>

    init(_ table: UnsafePointer<UnsafeRawPointer?>) { self.table = table }

    private func at<Function>(_ place: Int, as type: Function.Type = Function.self) -> Function {
        // Each place up to the interface's last has a function.
        unsafeBitCast(table[place], to: type)
    }

    var errorMessage: @convention(c) (OpaquePointer) -> Text { at(2) }
    var createEnvironment: @convention(c) (CInt, Text, Made) -> Status { at(3) }
    var createSession: @convention(c) (OpaquePointer, UnsafeRawPointer?, Int, OpaquePointer, Made) -> Status { at(8) }
    var run:
        @convention(c) (
            OpaquePointer, OpaquePointer?, UnsafePointer<Text?>, UnsafePointer<OpaquePointer?>, Int,
            UnsafePointer<Text?>, Int, Made
        ) -> Status
    { at(9) }
    var createSessionOptions: @convention(c) (Made) -> Status { at(10) }
    var setThreads: @convention(c) (OpaquePointer, CInt) -> Status { at(24) }
    var inputCount: @convention(c) (OpaquePointer, Size) -> Status { at(30) }
    var outputCount: @convention(c) (OpaquePointer, Size) -> Status { at(31) }
    var inputType: Port { at(33) }
    var outputType: Port { at(34) }
    var inputName: PortName { at(36) }
    var outputName: PortName { at(37) }
    var createTensor:
        @convention(c) (
            OpaquePointer, UnsafeMutableRawPointer?, Int, UnsafePointer<Int64>, Int, CInt, Made
        ) -> Status
    { at(49) }
    var tensorData: @convention(c) (OpaquePointer, UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> Status { at(51) }
    var tensorInfo: @convention(c) (OpaquePointer, Made) -> Status { at(55) }
    var elementType: @convention(c) (OpaquePointer, UnsafeMutablePointer<CInt>) -> Status { at(60) }
    var dimensionCount: @convention(c) (OpaquePointer, Size) -> Status { at(61) }
    var dimensions: @convention(c) (OpaquePointer, UnsafeMutablePointer<Int64>, Int) -> Status { at(62) }
    var elementCount: @convention(c) (OpaquePointer, Size) -> Status { at(64) }
    var typeAndShape: @convention(c) (OpaquePointer, Made) -> Status { at(65) }
    var createMemoryInfo: @convention(c) (CInt, CInt, Made) -> Status { at(69) }
    var free: @convention(c) (OpaquePointer, UnsafeMutableRawPointer?) -> Status { at(76) }
    var defaultAllocator: @convention(c) (Made) -> Status { at(78) }
    var releaseStatus: Release { at(93) }
    var releaseSession: Release { at(95) }
    var releaseValue: Release { at(96) }
    var releaseType: Release { at(98) }
    var releaseShape: Release { at(99) }
    var releaseSessionOptions: Release { at(100) }

    /// Passes a call's failure on, with the library's own words.
    func check(_ status: Status, _ code: ONNXError.Code) throws(ONNXError) {
        guard let status else { return }
        defer { releaseStatus(status) }
        throw ONNXError(code, String(String(cString: errorMessage(status)).prefix(500)))
    }

    /// What a call makes.
    ///
    /// - Throws: The call's failure, and one where it made nothing.
    func made(
        _ code: ONNXError.Code, _ call: (Made) -> Status
    ) throws(ONNXError) -> OpaquePointer {
        var pointer: OpaquePointer?
        try check(call(&pointer), code)
        guard let pointer else { throw ONNXError(code, "ONNX Runtime made nothing") }
        return pointer
    }

    /// A number that a call sets.
    func number<Value: BinaryInteger>(
        _ call: (UnsafeMutablePointer<Value>) -> Status
    ) throws(ONNXError) -> Value {
        var value: Value = 0
        try check(call(&value), .invalidModel)
        return value
    }
}
