#pragma once
// First, since the library's headers define _GNU_SOURCE, with which "fd_set" looks other than in every other module.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>

// Swift sees no macros with arguments and reads a union only unsafely: operations are put together here.

// Only why the library ends the process.
static inline void grpc_shim_log(gpr_log_func_args *args) {
    if (strncmp(args->message, "assertion failed", 16) == 0)
        fprintf(stderr, "grpc: %s:%d: %s\n", args->file, args->line, args->message);
}

// Where the library writes what comes back. It must stay where it is until the operations that point to it are done.
typedef struct {
    grpc_metadata_array initial_metadata;
    grpc_metadata_array trailing_metadata;
    grpc_byte_buffer *message;
    grpc_status_code status;
    grpc_slice status_detail;
} grpc_shim_answer;

static inline grpc_shim_answer *grpc_shim_answer_new(void) {
    grpc_shim_answer *answer = (grpc_shim_answer *)calloc(1, sizeof *answer);
    if (!answer) abort();
    grpc_metadata_array_init(&answer->initial_metadata);
    grpc_metadata_array_init(&answer->trailing_metadata);
    answer->status_detail = grpc_empty_slice();
    return answer;
}

// The metadata's elements belong to the call, which must still be there.
static inline void grpc_shim_answer_free(grpc_shim_answer *answer) {
    grpc_metadata_array_destroy(&answer->initial_metadata);
    grpc_metadata_array_destroy(&answer->trailing_metadata);
    if (answer->message) grpc_byte_buffer_destroy(answer->message);
    grpc_slice_unref(answer->status_detail);
    free(answer);
}

// A copy of the bytes.
static inline grpc_byte_buffer *grpc_shim_buffer(const void *bytes, size_t count) {
    grpc_slice slice = grpc_slice_from_copied_buffer((const char *)bytes, count);
    grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);  // the buffer has a reference of its own
    return buffer;
}

// How long a message is, decompressed where it was not; the reader must be destroyed when the answer is not -1.
static inline ptrdiff_t grpc_shim_reader_start(grpc_byte_buffer_reader *reader, grpc_byte_buffer *buffer) {
    if (!grpc_byte_buffer_reader_init(reader, buffer)) return -1;
    return (ptrdiff_t)grpc_byte_buffer_length(reader->buffer_out);
}

static inline size_t grpc_shim_reader_copy(grpc_byte_buffer_reader *reader, unsigned char *bytes, size_t room) {
    size_t count = 0;
    grpc_slice *slice;
    while (grpc_byte_buffer_reader_peek(reader, &slice)) {
        size_t length = GRPC_SLICE_LENGTH(*slice);
        if (length > room - count) break;
        if (length > 0) memcpy(bytes + count, GRPC_SLICE_START_PTR(*slice), length);
        count += length;
    }
    return count;
}

static inline size_t grpc_shim_slice_length(const grpc_slice *slice) { return GRPC_SLICE_LENGTH(*slice); }

// A short slice's bytes lie within itself, so that they are copied here.
static inline void grpc_shim_slice_copy(const grpc_slice *slice, unsigned char *bytes) {
    if (GRPC_SLICE_LENGTH(*slice) > 0) memcpy(bytes, GRPC_SLICE_START_PTR(*slice), GRPC_SLICE_LENGTH(*slice));
}

static inline grpc_call *grpc_shim_call(
    grpc_channel *channel, grpc_completion_queue *queue, const char *method, gpr_timespec deadline) {
    grpc_slice name = grpc_slice_from_copied_string(method);
    grpc_call *call = grpc_channel_create_call(
        channel, NULL, GRPC_PROPAGATE_DEFAULTS, queue, name, NULL, deadline, NULL);
    grpc_slice_unref(name);
    return call;
}

// Metadata is copied by the library before it returns. Where the answer is no GRPC_CALL_OK nothing was begun.
static inline grpc_call_error grpc_shim_start_unary(
    grpc_call *call, grpc_metadata *metadata, size_t count, grpc_byte_buffer *request, grpc_shim_answer *answer,
    void *tag) {
    grpc_op ops[6];
    memset(ops, 0, sizeof ops);
    ops[0].op = GRPC_OP_SEND_INITIAL_METADATA;
    ops[0].data.send_initial_metadata.count = count;
    ops[0].data.send_initial_metadata.metadata = metadata;
    ops[1].op = GRPC_OP_SEND_MESSAGE;
    ops[1].data.send_message.send_message = request;
    ops[2].op = GRPC_OP_SEND_CLOSE_FROM_CLIENT;
    ops[3].op = GRPC_OP_RECV_INITIAL_METADATA;
    ops[3].data.recv_initial_metadata.recv_initial_metadata = &answer->initial_metadata;
    ops[4].op = GRPC_OP_RECV_MESSAGE;
    ops[4].data.recv_message.recv_message = &answer->message;
    ops[5].op = GRPC_OP_RECV_STATUS_ON_CLIENT;
    ops[5].data.recv_status_on_client.trailing_metadata = &answer->trailing_metadata;
    ops[5].data.recv_status_on_client.status = &answer->status;
    ops[5].data.recv_status_on_client.status_details = &answer->status_detail;
    return grpc_call_start_batch(call, ops, 6, tag, NULL);
}

// A stream's beginning: done when the server's first metadata are there.
static inline grpc_call_error grpc_shim_start_stream(
    grpc_call *call, grpc_metadata *metadata, size_t count, grpc_shim_answer *answer, void *tag) {
    grpc_op ops[2];
    memset(ops, 0, sizeof ops);
    ops[0].op = GRPC_OP_SEND_INITIAL_METADATA;
    ops[0].data.send_initial_metadata.count = count;
    ops[0].data.send_initial_metadata.metadata = metadata;
    ops[1].op = GRPC_OP_RECV_INITIAL_METADATA;
    ops[1].data.recv_initial_metadata.recv_initial_metadata = &answer->initial_metadata;
    return grpc_call_start_batch(call, ops, 2, tag, NULL);
}

// A stream's end, whenever that comes.
static inline grpc_call_error grpc_shim_receive_status(grpc_call *call, grpc_shim_answer *answer, void *tag) {
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_RECV_STATUS_ON_CLIENT;
    op.data.recv_status_on_client.trailing_metadata = &answer->trailing_metadata;
    op.data.recv_status_on_client.status = &answer->status;
    op.data.recv_status_on_client.status_details = &answer->status_detail;
    return grpc_call_start_batch(call, &op, 1, tag, NULL);
}

static inline grpc_call_error grpc_shim_receive(grpc_call *call, grpc_shim_answer *answer, void *tag) {
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_RECV_MESSAGE;
    op.data.recv_message.recv_message = &answer->message;
    return grpc_call_start_batch(call, &op, 1, tag, NULL);
}

static inline grpc_call_error grpc_shim_send(grpc_call *call, grpc_byte_buffer *message, void *tag) {
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_SEND_MESSAGE;
    op.data.send_message.send_message = message;
    return grpc_call_start_batch(call, &op, 1, tag, NULL);
}

static inline grpc_call_error grpc_shim_finish_sending(grpc_call *call, void *tag) {
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT;
    return grpc_call_start_batch(call, &op, 1, tag, NULL);
}

// A channel with a connection of its own. The credentials stay the caller's.
static inline grpc_channel *grpc_shim_channel(
    const char *target, grpc_channel_credentials *credentials, char *user_agent, int most_sent, int most_received,
    int keepalive_ms, int keepalive_timeout_ms) {
    grpc_arg args[] = {
        {.type = GRPC_ARG_STRING, .key = (char *)GRPC_ARG_PRIMARY_USER_AGENT_STRING, .value.string = user_agent},
        {.type = GRPC_ARG_INTEGER, .key = (char *)GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, .value.integer = most_sent},
        {.type = GRPC_ARG_INTEGER, .key = (char *)GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, .value.integer = most_received},
        {.type = GRPC_ARG_INTEGER, .key = (char *)GRPC_ARG_KEEPALIVE_TIME_MS, .value.integer = keepalive_ms},
        {.type = GRPC_ARG_INTEGER, .key = (char *)GRPC_ARG_KEEPALIVE_TIMEOUT_MS, .value.integer = keepalive_timeout_ms},
        // Pings for as long as a call waits, however long it is silent.
        {.type = GRPC_ARG_INTEGER, .key = (char *)GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, .value.integer = 0},
        // The library would share connections between channels, and two minutes pass until it looks for a lost server.
        {.type = GRPC_ARG_INTEGER, .key = (char *)GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, .value.integer = 1},
        {.type = GRPC_ARG_INTEGER, .key = (char *)GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, .value.integer = 200},
        {.type = GRPC_ARG_INTEGER, .key = (char *)GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, .value.integer = 10000},
        // Who calls knows what may be sent twice.
        {.type = GRPC_ARG_INTEGER, .key = (char *)GRPC_ARG_ENABLE_RETRIES, .value.integer = 0},
    };
    grpc_channel_args all = {.num_args = sizeof args / sizeof args[0], .args = args};
    return grpc_channel_create(target, credentials, &all);
}
