#pragma once
#include <curl/curl.h>

// Swift cannot call variadic functions: each option type has its own.
static inline CURLcode curl_shim_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
typedef size_t (*curl_shim_writer)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode curl_shim_set_writer(CURL *easy, curl_shim_writer writer, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, writer);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
}
typedef size_t (*curl_shim_reader)(char *room, size_t size, size_t count, void *context);
typedef int (*curl_shim_seeker)(void *context, curl_off_t offset, int origin);
static inline CURLcode curl_shim_set_body(CURL *easy, curl_shim_reader reader, curl_shim_seeker seeker, void *context,
                                          curl_off_t length) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_READFUNCTION, reader);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_READDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, seeker);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_SEEKDATA, context);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, length);
}
static inline CURLMcode curl_shim_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLcode curl_shim_set_error_text(CURL *easy, char *buffer) {
    return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, buffer);
}
static inline long curl_shim_status(CURL *easy) {
    long status = 0;
    return curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}
static inline curl_off_t curl_shim_length(CURL *easy) {
    curl_off_t length = -1;
    return curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) == CURLE_OK ? length : -1;
}
// The result lies in a union, which Swift reads only unsafely.
static inline CURLcode curl_shim_result(const CURLMsg *message) { return message->data.result; }
