"""A gRPC server of plain bytes for the tests: server.py PORT [KEY CERTIFICATE]."""

import concurrent.futures
import json
import sys
import threading
import time

import grpc

begun, cancelled = threading.Event(), threading.Event()


def echo(request, context):
    return request


def metadata(request, context):
    return json.dumps(dict(context.invocation_metadata())).encode()


def fail(request, context):
    code, detail, details = json.loads(request)
    if details:
        context.set_trailing_metadata((("grpc-status-details-bin", details.encode()),))
    context.abort({each.value[0]: each for each in grpc.StatusCode}[code], detail)


def sleep(request, context):
    context.add_callback(lambda: cancelled.set() if context.code() is None and not done.is_set() else None)
    done = threading.Event()
    begun.set()
    end = time.monotonic() + float(request)
    while time.monotonic() < end and context.is_active():
        time.sleep(0.01)
    done.set()
    return b"slept"


def has_begun(request, context):
    return b"yes" if begun.wait(float(request)) else b"no"


def was_cancelled(request, context):
    return b"yes" if cancelled.wait(float(request)) else b"no"


def count(request, context):
    for number in range(int(request)):
        yield str(number).encode()


def zeros(request, context):
    return bytes(int(request))


def chat(requests, context):
    for request in requests:
        if request == b"bye":
            return
        if request == b"drop":
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "dropped")
        yield request


def deaf(requests, context):
    """Takes nothing and says nothing."""
    begun.set()
    while context.is_active():
        time.sleep(0.01)
    cancelled.set()
    return
    yield


methods = {
    "Echo": grpc.unary_unary_rpc_method_handler(echo),
    "Metadata": grpc.unary_unary_rpc_method_handler(metadata),
    "Fail": grpc.unary_unary_rpc_method_handler(fail),
    "Sleep": grpc.unary_unary_rpc_method_handler(sleep),
    "HasBegun": grpc.unary_unary_rpc_method_handler(has_begun),
    "WasCancelled": grpc.unary_unary_rpc_method_handler(was_cancelled),
    "Zeros": grpc.unary_unary_rpc_method_handler(zeros),
    "Count": grpc.unary_stream_rpc_method_handler(count),
    "Chat": grpc.stream_stream_rpc_method_handler(chat),
    "Deaf": grpc.stream_stream_rpc_method_handler(deaf),
}

server = grpc.server(
    concurrent.futures.ThreadPoolExecutor(32),
    options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)],
)
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("nightjar.Test", methods),))
if len(sys.argv) > 2:
    key, certificate = (open(path, "rb").read() for path in sys.argv[2:4])
    server.add_secure_port(f"127.0.0.1:{sys.argv[1]}", grpc.ssl_server_credentials(((key, certificate),)))
else:
    server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
server.start()
server.wait_for_termination()
