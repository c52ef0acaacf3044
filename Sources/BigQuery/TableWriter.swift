package import GoogleAuth
internal import GRPC
internal import Protobuf

/// A row that BigQuery refuses for good.
package struct RowFailure: Hashable, Sendable {
    /// The number of the row since the last flush, from 0.
    package let row: Int
    /// BigQuery's reason.
    package let reason: String
}

/// Appends rows to one table, with several requests in flight; used by one thread.
///
/// The rows go to a stream of the writer's own, each request with its offset. So a request that is repeated after a lost
/// connection adds no row twice, and each row of one writer is in the table once. Rows that several writers append are
/// deduplicated by ``StagingTable``.
package final class TableWriter {
    /// Bounds on requests that are not confirmed yet.
    package struct Settings: Sendable {
        /// Bytes of a request; the service accepts 10 MB.
        package var requestBytes = 9_000_000
        /// Requests in flight at most.
        package var requestsInFlight = 8
        /// How long a response may take until the connection counts as lost.
        package var answerTime: Duration = .seconds(60)
        /// The retries of requests.
        package var retries = StorageWriteClient.standardRetries

        /// The standard settings.
        package init() {}
    }

    private struct Request {
        var rows: [[UInt8]]
        /// The number of each row since the last flush.
        var numbers: [Int]
    }

    /// The table that is written to.
    package let table: TableName
    private let client: StorageWriteClient
    private let descriptor: [UInt8]
    private let settings: Settings
    private var stream: String?
    private var connection: GRPCStream?
    /// Unconfirmed requests in order; the first ``sent`` of them are sent.
    private var waiting: [Request] = []
    /// The number of requests sent over this connection and not confirmed.
    private var sent = 0
    /// Whether the descriptor was sent over this connection, with a request that did not fail.
    private var isDescribed = false
    /// Responses still expected to requests that were sent after a failed one, at offsets that were then too high.
    private var stale = 0
    /// The offset of the first unconfirmed request.
    private var offset: Int64 = 0
    private var rows = 0
    private var failures: [RowFailure] = []

    /// A writer, which connects with the first rows.
    ///
    /// - Parameters:
    ///   - client: The client.
    ///   - table: The table.
    ///   - descriptor: The rows' serialized `DescriptorProto`.
    ///   - settings: Bounds.
    package init(client: StorageWriteClient, table: TableName, descriptor: [UInt8], settings: Settings = Settings()) {
        self.client = client
        self.table = table
        self.descriptor = descriptor
        self.settings = settings
    }

    deinit { connection?.cancel() }

    /// Sends rows; waits only while too many requests are in flight.
    ///
    /// - Throws: ``GoogleCloudError``, after which the writer cannot be used: rows that were not flushed may or may not be in
    ///   the table.
    package func append(_ rows: some Sequence<[UInt8]>) throws(GoogleCloudError) {
        let bound = settings.requestBytes - descriptor.count - AppendRowsRequest.overhead
        var request = Request(rows: [], numbers: [])
        var size = 0
        for row in rows {
            let number = self.rows
            self.rows += 1
            let bytes = row.count + AppendRowsRequest.rowOverhead
            guard bytes <= bound else {
                failures.append(RowFailure(row: number, reason: "\(row.count) bytes; a request holds \(bound)"))
                continue
            }
            if size + bytes > bound {
                waiting.append(request)
                request = Request(rows: [], numbers: [])
                size = 0
            }
            request.rows.append(row)
            request.numbers.append(number)
            size += bytes
        }
        if !request.rows.isEmpty { waiting.append(request) }
        try drain(to: settings.requestsInFlight)
    }

    /// Waits until every row is in the table or has failed.
    ///
    /// - Returns: The rows that BigQuery refuses; all others are in the table.
    /// - Throws: ``GoogleCloudError`` as ``append(_:)``.
    package func flush() throws(GoogleCloudError) -> [RowFailure] {
        try drain(to: 0)
        defer {
            rows = 0
            failures = []
        }
        return failures.sorted { $0.row < $1.row }
    }

    /// Flushes, and finalizes the stream.
    ///
    /// - Returns: As ``flush()``.
    /// - Throws: ``GoogleCloudError`` as ``append(_:)``.
    package func finish() throws(GoogleCloudError) -> [RowFailure] {
        let failures = try flush()
        disconnect()
        if let stream {
            let count = try client.finalize(stream)
            guard count == offset else {
                throw error(.dataLoss, "the stream has \(count) rows, and \(offset) were appended")
            }
            self.stream = nil
            offset = 0
        }
        return failures
    }

    // MARK: - Sending

    /// Sends the waiting requests, and blocks until at most `count` of them are unconfirmed.
    private func drain(to count: Int) throws(GoogleCloudError) {
        try settings.retries.run { () throws(GoogleCloudError) in
            do throws(GoogleCloudError) {
                while true {
                    try send()
                    let isWaiting = waiting.count > count || stale > 0
                    guard try receive(waiting: isWaiting) else { return }
                }
            } catch {
                disconnect()
                throw error
            }
        }
    }

    private func disconnect() {
        connection?.cancel()
        connection = nil
        isDescribed = false
        sent = 0
        stale = 0
    }

    private func send() throws(GoogleCloudError) {
        while sent < min(waiting.count, max(1, settings.requestsInFlight)) {
            let stream = if let known = self.stream { known } else { try client.createStream(of: table) }
            self.stream = stream
            let connection = if let open = self.connection { open } else { try client.connect(to: stream) }
            self.connection = connection
            let before = waiting[..<sent].reduce(Int64(0)) { $0 + Int64($1.rows.count) }
            let request = AppendRowsRequest(
                stream: stream, offset: offset + before, descriptor: isDescribed ? nil : descriptor,
                rows: waiting[sent].rows)
            do throws(GRPCError) { try connection.send(request.serialized) } catch {
                throw StorageWriteClient.error(error, table.description)
            }
            isDescribed = true
            sent += 1
        }
    }

    // MARK: - Responses

    /// Receives one response; `false` where none is there and none is waited for.
    private func receive(waiting isWaiting: Bool) throws(GoogleCloudError) -> Bool {
        guard let connection, sent + stale > 0 else { return false }
        let received: GRPCReceived
        do throws(GRPCError) {
            received = try connection.receive(timeout: isWaiting ? settings.answerTime : .zero)
        } catch { throw StorageWriteClient.error(error, table.description) }
        switch received {
        case .nothing:
            guard !isWaiting else { throw error(.deadlineExceeded, "no answer in \(settings.answerTime)") }
            return false
        case .end:
            throw error(.unavailable, "the service has ended the connection")
        case .message(let bytes):
            let response: AppendRowsResponse
            do throws(ProtobufError) { response = try AppendRowsResponse(serialized: bytes) } catch {
                throw self.error(.malformedAnswer, "\(error)")
            }
            try process(response)
            return true
        }
    }

    /// Processes the response to the first waiting request: responses have the order of the requests.
    private func process(_ response: AppendRowsResponse) throws(GoogleCloudError) {
        guard stale == 0 else {
            stale -= 1
            return
        }
        let status = GRPCStatus(rawValue: Int(response.code))
        if !response.rowErrors.isEmpty { return drop(response.rowErrors) }
        switch status {
        // It was appended already, over a connection that was lost.
        case nil where response.code == 0, .alreadyExists: confirm()
        case .invalidArgument where response.storageCode == AppendRowsResponse.schemaMismatch:
            // A column that was just added: streams see it within minutes.
            throw error(.unavailable, "the stream does not know all columns yet: \(response.message)")
        case .invalidArgument where response.storageCode == 0: split(response.message)
        default:
            throw error(status.map { GoogleCloudError.Code($0) } ?? .unknown, response.message)
        }
    }

    private func confirm() {
        offset += Int64(waiting.removeFirst().rows.count)
        sent -= 1
    }

    /// Removes bad rows from a request, of which the service has appended none, and sends the others again.
    private func drop(_ errors: [AppendRowsResponse.RowError]) {
        let bad = Dictionary(errors.map { ($0.index, $0.message) }) { first, _ in first }
        var request = waiting.removeFirst()
        for (index, number) in request.numbers.enumerated() {
            if let reason = bad[index] { failures.append(RowFailure(row: number, reason: reason)) }
        }
        request.rows = request.rows.enumerated().filter { bad[$0.offset] == nil }.map(\.element)
        request.numbers = request.numbers.enumerated().filter { bad[$0.offset] == nil }.map(\.element)
        if !request.rows.isEmpty { waiting.insert(request, at: 0) }
        sendAgain()
    }

    /// Searches for a bad row that the service did not name: each half of the request is sent separately.
    private func split(_ reason: String) {
        let request = waiting.removeFirst()
        if request.rows.count == 1 {
            failures.append(RowFailure(row: request.numbers[0], reason: reason))
        } else {
            let half = request.rows.count / 2
            let halves = [0..<half, half..<request.rows.count].map { range in
                Request(rows: Array(request.rows[range]), numbers: Array(request.numbers[range]))
            }
            waiting.insert(contentsOf: halves, at: 0)
        }
        sendAgain()
    }

    /// Marks requests to be sent again: those after a failed request failed too, since their offsets were too high, and their
    /// responses are ignored.
    private func sendAgain() {
        stale = sent - 1
        sent = 0
        isDescribed = false
    }

    private func error(_ code: GoogleCloudError.Code, _ detail: String) -> GoogleCloudError {
        GoogleCloudError(
            code, service: GoogleService.bigQuery.rawValue, resource: table.description, detail: detail)
    }
}
