internal import Foundation

/// A model, ready to run, on one thread a call.
///
/// "Sessions may be run from several threads at once" (ONNX Runtime's C interface).
package final class ONNXModel: Sendable {
    /// Bytes of a model at most.
    package static let longest = 256 << 20
    /// Inputs and outputs of a model at most, and sides of a tensor.
    private static let (mostPorts, mostSides) = (16, 8)
    /// ONNX's number of 32-bit floats.
    private static let float: CInt = 1

    /// A tensor of 32-bit floats that goes into a model or comes out of it.
    package struct Port: Sendable, Hashable {
        /// The name that the model gives it.
        package let name: String
        /// Its sides; `nil` for one of any length.
        package let shape: [Int?]

        /// Whether a tensor of these sides fits.
        package func takes(_ sides: [Int]) -> Bool {
            sides.count == shape.count && zip(sides, shape).allSatisfy { side, own in own == nil || own == side }
        }

        /// As `name [any, 63, 63, 3]`.
        package var text: String {
            "\(name) [" + shape.map { $0.map { String($0) } ?? "any" }.joined(separator: ", ") + "]"
        }
    }

    /// Numbers for an input, row by row.
    package struct Tensor: Sendable, Hashable {
        /// Its sides.
        package let shape: [Int]
        /// As many numbers as the sides have places.
        package let values: [Float]

        /// A tensor of these sides.
        ///
        /// - Precondition: There are as many values as the sides have places.
        package init(shape: [Int], values: [Float]) {
            precondition(shape.reduce(1, *) == values.count && !values.isEmpty)
            (self.shape, self.values) = (shape, values)
        }
    }

    /// What the model takes, in its order.
    package let inputs: [Port]
    /// What it gives of 32-bit floats.
    package let outputs: [Port]
    private let runtime: ModelRuntime
    nonisolated(unsafe) private let session: OpaquePointer
    private let inputNames, outputNames: NameList

    /// Loads a model out of the bytes of an ONNX file.
    ///
    /// - Throws: ``ONNXError/Code/invalidModel`` for what is none, and for one whose inputs are no tensors of floats.
    package init(_ bytes: [UInt8], _ runtime: ModelRuntime) throws(ONNXError) {
        guard bytes.count <= Self.longest else {
            throw ONNXError(.invalidModel, "longer than \(Self.longest) bytes")
        }
        let functions = runtime.functions
        let options = try functions.made(.invalidModel) { functions.createSessionOptions($0) }
        defer { functions.releaseSessionOptions(options) }
        try functions.check(functions.setThreads(options, 1), .invalidModel)
        let session = try functions.made(.invalidModel) { made in
            bytes.withUnsafeBytes {
                functions.createSession(runtime.environment, $0.baseAddress, $0.count, options, made)
            }
        }
        do throws(ONNXError) {
            let found = try Self.ports(
                runtime, session, functions.inputCount, functions.inputName, functions.inputType)
            if let other = found.first(where: { $0.port == nil }) {
                throw ONNXError(.invalidModel, "its input \(other.name) is no tensor of 32-bit floats")
            }
            inputs = found.compactMap(\.port)
            outputs = try Self.ports(
                runtime, session, functions.outputCount, functions.outputName, functions.outputType
            ).compactMap(\.port)
        } catch {
            functions.releaseSession(session)
            throw error
        }
        (self.runtime, self.session) = (runtime, session)
        (inputNames, outputNames) = (NameList(inputs.map(\.name)), NameList(outputs.map(\.name)))
    }

    deinit { runtime.functions.releaseSession(session) }

    /// Runs the model.
    ///
    /// - Parameters:
    ///   - tensors: One for each of ``inputs``, in their order.
    ///   - output: Which of ``outputs``.
    ///   - count: How many numbers it must have.
    /// - Returns: The output's numbers.
    /// - Throws: ``ONNXError/Code/failed`` for inputs that do not fit, and an output of another length.
    package func run(_ tensors: [Tensor], output: Int, count: Int) throws(ONNXError) -> [Float] {
        guard tensors.count == inputs.count else {
            throw ONNXError(.failed, "\(tensors.count) inputs for a model of \(inputs.count)")
        }
        let functions = runtime.functions
        // The library reads the numbers where they lie, until it has run.
        let numbers = UnsafeMutableBufferPointer<Float>.allocate(capacity: tensors.reduce(0) { $0 + $1.values.count })
        defer { numbers.deallocate() }
        var values: [OpaquePointer?] = []
        defer { for value in values { functions.releaseValue(value) } }
        var start = 0
        for tensor in tensors {
            let place = UnsafeMutableBufferPointer(rebasing: numbers[start..<start + tensor.values.count])
            _ = place.initialize(from: tensor.values)
            start += tensor.values.count
            let shape = tensor.shape.map { Int64($0) }
            values.append(
                try functions.made(.failed) {
                    functions.createTensor(
                        runtime.memory, place.baseAddress, MemoryLayout<Float>.stride * place.count, shape,
                        shape.count, Self.float, $0)
                })
        }
        let result = try functions.made(.failed) {
            functions.run(
                session, nil, inputNames.pointers, values, values.count, [outputNames.pointers[output]], 1, $0)
        }
        defer { functions.releaseValue(result) }
        return try Self.numbers(of: result, count, outputs[output].name, functions)
    }

    /// The numbers of an output, which must be as many as are wanted.
    private static func numbers(
        of result: OpaquePointer, _ count: Int, _ name: String, _ functions: ONNXFunctions
    ) throws(ONNXError) -> [Float] {
        let shape = try functions.made(.failed) { functions.typeAndShape(result, $0) }
        defer { functions.releaseShape(shape) }
        let found: Int = try functions.number { functions.elementCount(shape, $0) }
        guard found == count, try functions.number({ functions.elementType(shape, $0) }) == float else {
            throw ONNXError(.failed, "its output \(name) has \(found) numbers where \(count) are described")
        }
        var data: UnsafeMutableRawPointer?
        try functions.check(functions.tensorData(result, &data), .failed)
        guard let data else { throw ONNXError(.failed, "its output \(name) has no data") }
        return Array(UnsafeBufferPointer(start: data.assumingMemoryBound(to: Float.self), count: count))
    }

    // MARK: - What a model says of itself

    /// The names of a session's inputs or outputs, each with its port where it is a tensor of floats.
    private static func ports(
        _ runtime: ModelRuntime, _ session: OpaquePointer,
        _ countOf: @convention(c) (OpaquePointer, ONNXFunctions.Size) -> ONNXFunctions.Status,
        _ nameOf: ONNXFunctions.PortName, _ typeOf: ONNXFunctions.Port
    ) throws(ONNXError) -> [(name: String, port: Port?)] {
        let functions = runtime.functions
        let count: Int = try functions.number { countOf(session, $0) }
        guard (1...mostPorts).contains(count) else {
            throw ONNXError(.invalidModel, "it has \(count) inputs or outputs; from 1 to \(mostPorts) are taken")
        }
        var ports: [(String, Port?)] = []
        for index in 0..<count {
            var text: UnsafeMutablePointer<CChar>?
            try functions.check(nameOf(session, index, runtime.allocator, &text), .invalidModel)
            let name = text.map { String(cString: $0) } ?? ""
            try functions.check(functions.free(runtime.allocator, text), .invalidModel)
            let type = try functions.made(.invalidModel) { typeOf(session, index, $0) }
            defer { functions.releaseType(type) }
            ports.append((name, try shape(of: type, functions).map { Port(name: name, shape: $0) }))
        }
        return ports
    }

    /// The sides of a tensor of floats; `nil` for anything else.
    private static func shape(
        of type: OpaquePointer, _ functions: ONNXFunctions
    ) throws(ONNXError) -> [Int?]? {
        var info: OpaquePointer?  // a part of `type`
        try functions.check(functions.tensorInfo(type, &info), .invalidModel)
        guard let info, try functions.number({ functions.elementType(info, $0) }) == float else { return nil }
        let count: Int = try functions.number { functions.dimensionCount(info, $0) }
        guard (0...mostSides).contains(count) else {
            throw ONNXError(.invalidModel, "a tensor of \(count) sides; \(mostSides) are taken")
        }
        var sides = [Int64](repeating: 0, count: count)
        try functions.check(functions.dimensions(info, &sides, count), .invalidModel)
        return sides.map { $0 < 0 ? nil : Int($0) }
    }
}

/// Names as C has them, for as long as the list lives; nobody writes to them.
private final class NameList: Sendable {
    nonisolated(unsafe) let pointers: [UnsafePointer<CChar>?]

    init(_ names: [String]) { pointers = names.map { UnsafePointer(strdup($0)) } }

    deinit { for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) } }
}
