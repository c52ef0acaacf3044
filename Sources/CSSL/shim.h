#pragma once
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// OpenSSL has this as a macro.
static inline long openssl_shim_set_host(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }
