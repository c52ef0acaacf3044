"""Passes Pub/Sub's calls on to the emulator, but for those that it was told to fail: faults.py PORT EMULATOR.

The emulator knows neither quotas nor permissions, nor does it answer for single acknowledgements. A fault is given as JSON
to /nightjar.Faults/Add: the method, the status, and how often; what an ErrorInfo has ("metadata"), or for how many
messages it has which "reason".
"""

import collections
import concurrent.futures
import json
import sys
import threading

import grpc
from google.protobuf import any_pb2
from google.pubsub_v1.types import pubsub
from google.rpc import error_details_pb2, status_pb2

emulator = grpc.insecure_channel(sys.argv[2], options=[("grpc.max_receive_message_length", -1)])
faults = collections.defaultdict(collections.deque)
calls = collections.Counter()
lock = threading.Lock()
codes = {each.value[0]: each for each in grpc.StatusCode}


def add(request, context):
    fault = json.loads(request)
    with lock:
        faults[fault["method"]].extend([fault] * fault.get("times", 1))
    return b""


def count(request, context):
    return str(calls[request.decode()]).encode()


def fail(method, request, context):
    with lock:
        calls[method] += 1
        fault = faults[method].popleft() if faults[method] else None
    if fault is None:
        return
    metadata = fault.get("metadata") or {}
    if "reason" in fault:
        kind = pubsub.AcknowledgeRequest if method.endswith("Acknowledge") else pubsub.ModifyAckDeadlineRequest
        ids = kind.deserialize(request).ack_ids
        metadata = {each: fault["reason"] for each in ids[: fault["messages"]]}
    if metadata:
        detail = any_pb2.Any()
        detail.Pack(error_details_pb2.ErrorInfo(reason="FOR_A_TEST", metadata=metadata))
        status = status_pb2.Status(code=fault["code"], message=fault["detail"], details=[detail])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(codes[fault["code"]], fault["detail"])


def unary(method):
    forward = emulator.unary_unary(method)

    def handle(request, context):
        fail(method, request, context)
        try:
            return forward(request, timeout=20)
        except grpc.RpcError as error:
            context.abort(error.code(), error.details())

    return grpc.unary_unary_rpc_method_handler(handle)


def stream(method):
    forward = emulator.stream_stream(method)

    def handle(requests, context):
        fail(method, b"", context)
        answers = forward(requests)
        context.add_callback(answers.cancel)
        try:
            for answer in answers:
                if "exactly-once" in sys.argv:
                    response = pubsub.StreamingPullResponse.deserialize(answer)
                    response.subscription_properties.exactly_once_delivery_enabled = True
                    answer = pubsub.StreamingPullResponse.serialize(response)
                yield answer
        except grpc.RpcError as error:
            context.abort(error.code(), error.details())

    return grpc.stream_stream_rpc_method_handler(handle)


class Handler(grpc.GenericRpcHandler):
    def service(self, details):
        if details.method == "/nightjar.Faults/Add":
            return grpc.unary_unary_rpc_method_handler(add)
        if details.method == "/nightjar.Faults/Count":
            return grpc.unary_unary_rpc_method_handler(count)
        return (stream if details.method.endswith("/StreamingPull") else unary)(details.method)


server = grpc.server(
    concurrent.futures.ThreadPoolExecutor(32), options=[("grpc.max_receive_message_length", -1)])
server.add_generic_rpc_handlers((Handler(),))
server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
server.start()
server.wait_for_termination()
