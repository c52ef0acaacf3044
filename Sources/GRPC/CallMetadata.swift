internal import CGRPC

/// What is sent before a call's first message, in the library's form. Its own thread's only; freed with its owner.
struct CallMetadata: ~Copyable {
    private var entries: [grpc_metadata] = []

    /// - Throws: Code `invalidArgument` for a name or value that HTTP/2 or gRPC does not allow. The value is not repeated:
    ///   it may be a secret.
    init(_ pairs: [(String, String)], for call: NativeCall) throws(GRPCError) {
        for (name, value) in pairs {
            let entry = grpc_metadata(
                key: grpc_slice_from_copied_string(name), value: grpc_slice_from_copied_string(value),
                internal_data: .init())
            entries.append(entry)
            guard grpc_header_key_is_legal(entry.key) != 0, grpc_header_nonbin_value_is_legal(entry.value) != 0,
                !value.utf8.contains(0)
            else {
                throw call.error(.invalidArgument, "the metadata '\(name)' have a name or a value that is not allowed")
            }
        }
    }

    deinit {
        for entry in entries {
            grpc_slice_unref(entry.key)
            grpc_slice_unref(entry.value)
        }
    }

    mutating func withEntries<Result, Failure: Error>(
        _ body: (UnsafeMutablePointer<grpc_metadata>?, Int) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let count = entries.count
        return try entries.withUnsafeMutableBufferPointer { (buffer) throws(Failure) -> Result in
            try body(buffer.baseAddress, count)
        }
    }
}
