#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>

// Swift cannot call variadic functions. Either one thread for each connection (POLL, since select() ends at descriptor 1023),
// or one thread that waits for all of them (EPOLL), where a connection is suspended while its request is handled.
struct mhd_shim_settings {
    const char *address;
    uint16_t port;
    int events;
    unsigned int connections, idle_seconds;
    size_t head_limit;
    MHD_AccessHandlerCallback handle;
    void *(*begin)(void *, const char *, struct MHD_Connection *);
    MHD_RequestCompletedCallback end;
    MHD_NotifyConnectionCallback connection;
};
// Without a daemon errno says why; EADDRNOTAVAIL where the text is no address. "::" is all addresses, IPv4's too.
static inline struct MHD_Daemon *mhd_shim_start(struct mhd_shim_settings s, void *context) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(s.port)};
    struct sockaddr_in6 place6 = {.sin6_family = AF_INET6, .sin6_port = htons(s.port)};
    int is_ipv6 = inet_pton(AF_INET6, s.address, &place6.sin6_addr) == 1;
    errno = EADDRNOTAVAIL;
    if (!is_ipv6 && inet_pton(AF_INET, s.address, &place.sin_addr) != 1) return NULL;
    struct sockaddr *chosen = is_ipv6 ? (struct sockaddr *)&place6 : (struct sockaddr *)&place;
    unsigned int family = !is_ipv6 ? 0 : IN6_IS_ADDR_UNSPECIFIED(&place6.sin6_addr) ? MHD_USE_DUAL_STACK : MHD_USE_IPv6;
    errno = 0;
    unsigned int threads = s.events ? MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME
                                    : MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION;
    return MHD_start_daemon(
        threads | family | MHD_USE_ITC, s.port, NULL, NULL, s.handle,
        context, MHD_OPTION_SOCK_ADDR, chosen, MHD_OPTION_CONNECTION_LIMIT, s.connections,
        MHD_OPTION_CONNECTION_TIMEOUT, s.idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, s.head_limit,
        MHD_OPTION_URI_LOG_CALLBACK, s.begin, context, MHD_OPTION_NOTIFY_COMPLETED, s.end, context,
        MHD_OPTION_NOTIFY_CONNECTION, s.connection, context, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}
static inline uint16_t mhd_shim_port(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}
static inline int mhd_shim_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}
static inline enum MHD_Result mhd_shim_set_idle(struct MHD_Connection *connection, unsigned int seconds) {
    return MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

// Swift does not see these casts of -1.
static const uint64_t mhd_shim_unknown_size = MHD_SIZE_UNKNOWN;
static const ssize_t mhd_shim_end_of_stream = MHD_CONTENT_READER_END_OF_STREAM;
