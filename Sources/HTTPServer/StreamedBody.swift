internal import CMicrohttpd
internal import HTTP

/// A body that libmicrohttpd asks for piece by piece; while there is nothing, its connection is suspended and costs nothing.
final class StreamedBody: Sendable {
    private let stream: any BodyStream
    /// The connection's address: a suspended one stays where it is.
    private let connection: UInt
    private static let block = 16 << 10

    private init(_ stream: any BodyStream, _ connection: OpaquePointer) {
        self.stream = stream
        let name = UInt(bitPattern: connection)
        self.connection = name
        stream.attach { MHD_resume_connection(OpaquePointer(bitPattern: name)) }
    }

    /// A response that has the stream as its body, in chunks.
    static func response(_ stream: any BodyStream, _ connection: OpaquePointer) -> OpaquePointer? {
        let body = Unmanaged.passRetained(StreamedBody(stream, connection))
        let response = MHD_create_response_from_callback(
            mhd_shim_unknown_size, block,
            { context, _, buffer, count in
                guard let context, let buffer else { return mhd_shim_end_of_stream }
                return Unmanaged<StreamedBody>.fromOpaque(context).takeUnretainedValue()
                    .read(UnsafeMutableRawBufferPointer(start: buffer, count: count))
            }, body.toOpaque(),
            { context in
                guard let context else { return }
                let body = Unmanaged<StreamedBody>.fromOpaque(context)
                body.takeUnretainedValue().stream.detach()
                body.release()
            })
        if response == nil {
            stream.detach()
            body.release()
        }
        return response
    }

    private func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        stream.read(into: buffer) { MHD_suspend_connection(OpaquePointer(bitPattern: connection)) }
            ?? mhd_shim_end_of_stream
    }
}
