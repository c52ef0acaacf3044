"""BigQuery's Storage Write API with the faults of the service that the emulator lacks: `write_faults.py PORT FILE`.

Rows are kept by stream; a stream's rows, one a line in hexadecimal, are in FILE after it is finalized. A row that holds
BAD is refused by its place in the request. What a table's name holds makes it fail: `forbidden` makes no stream,
`changing` does not know a column at first, `busy` ends each of its first connections after three requests, the last of
them appended without an answer.
"""
import sys
from concurrent import futures

import grpc
from google.cloud.bigquery_storage_v1 import types
from google.rpc import code_pb2, status_pb2

SERVICE = "google.cloud.bigquery.storage.v1.BigQueryWrite"
rows, faults = {}, {}


def create(request, context):
    if "forbidden" in request.parent:
        context.abort(grpc.StatusCode.PERMISSION_DENIED, "Permission bigquery.tables.updateData denied")
    name = f"{request.parent}/streams/{len(rows)}"
    rows[name] = []
    faults[name] = 2
    return types.WriteStream(name=name)


def finalize(request, context):
    with open(sys.argv[2], "w") as file:
        file.writelines(row.hex() + "\n" for row in rows[request.name])
    return types.FinalizeWriteStreamResponse(row_count=len(rows[request.name]))


def error(code, message, detail=None):
    status = status_pb2.Status(code=code, message=message)
    if detail is not None:
        status.details.add().Pack(types.StorageError.pb(detail))
    return types.AppendRowsResponse(error=status)


def append(requests, context):
    described = False
    for number, request in enumerate(requests):
        name, stored = request.write_stream, rows[request.write_stream]
        pb = types.AppendRowsRequest.pb(request)
        described = described or pb.proto_rows.HasField("writer_schema")
        if not described:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the first request lacks the schema")
        sent = list(request.proto_rows.rows.serialized_rows)
        if "changing" in name and faults[name] > 0:
            faults[name] -= 1
            detail = types.StorageError(code=types.StorageError.StorageErrorCode.SCHEMA_MISMATCH_EXTRA_FIELDS)
            yield error(code_pb2.INVALID_ARGUMENT, "Input schema has more fields", detail)
        elif pb.offset.value > len(stored):
            yield error(code_pb2.OUT_OF_RANGE, f"expected offset {len(stored)}, received {pb.offset.value}")
        elif pb.offset.value < len(stored):
            yield error(code_pb2.ALREADY_EXISTS, f"expected offset {len(stored)}, received {pb.offset.value}")
        elif bad := [index for index, row in enumerate(sent) if b"BAD" in row]:
            response = error(code_pb2.INVALID_ARGUMENT, "Errors found while processing rows")
            response.row_errors = [types.RowError(index=index, code=1, message=f"row {index} is bad") for index in bad]
            yield response
        else:
            stored += sent
            if "busy" in name and faults[name] > 0 and number == 2:
                faults[name] -= 1
                context.abort(grpc.StatusCode.UNAVAILABLE, "the server is shutting down")
            yield types.AppendRowsResponse(append_result=types.AppendRowsResponse.AppendResult(offset=request.offset))


def handler(kind, function, request, response):
    return kind(function, request_deserializer=request.deserialize, response_serializer=response.serialize)


server = grpc.server(futures.ThreadPoolExecutor(8))
unary, stream = grpc.unary_unary_rpc_method_handler, grpc.stream_stream_rpc_method_handler
server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, {
    "CreateWriteStream": handler(unary, create, types.CreateWriteStreamRequest, types.WriteStream),
    "FinalizeWriteStream": handler(
        unary, finalize, types.FinalizeWriteStreamRequest, types.FinalizeWriteStreamResponse),
    "AppendRows": handler(stream, append, types.AppendRowsRequest, types.AppendRowsResponse),
})])
server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
server.start()
server.wait_for_termination()
