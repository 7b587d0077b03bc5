// libcurl for Swift, which cannot call functions with variable arguments.
#ifndef STRESS_CCURL_SHIM_H
#define STRESS_CCURL_SHIM_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#ifdef STRESS_CURL_AT_RUN_TIME
/// Why there is no libcurl, and what to do about it; NULL where there is one.
const char *stress_curl_missing(void);
#else
/// It was linked, so it is there.
static inline const char *stress_curl_missing(void) { return NULL; }
#endif

static inline CURLcode stress_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stress_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stress_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stress_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stress_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/// A function for the response's header lines or for its body.
static inline CURLcode stress_curl_set_write(
    CURL *handle, CURLoption option, size_t (*function)(char *, size_t, size_t, void *)) {
    return curl_easy_setopt(handle, option, function);
}

/// A function for the request's body.
static inline CURLcode stress_curl_set_read(CURL *handle, size_t (*function)(char *, size_t, size_t, void *)) {
    return curl_easy_setopt(handle, CURLOPT_READFUNCTION, function);
}

/// A function that goes to another place in the request's body.
static inline CURLcode stress_curl_set_seek(CURL *handle, int (*function)(void *, curl_off_t, int)) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, function);
}

/// Lets a transfer go on whose read function has paused it.
static inline CURLcode stress_curl_go_on(CURL *handle) { return curl_easy_pause(handle, CURLPAUSE_CONT); }

static inline size_t stress_curl_read_pause(void) { return CURL_READFUNC_PAUSE; }

/// Functions that open and close a connection's socket, and what both are given.
static inline CURLcode stress_curl_set_sockets(
    CURL *handle, curl_socket_t (*open)(void *, curlsocktype, struct curl_sockaddr *),
    int (*close)(void *, curl_socket_t), void *context) {
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, context);
    curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, context);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open);
    return curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, close);
}

/// Called when a connection is there, right before a request goes out on it.
static inline CURLcode stress_curl_set_before_request(
    CURL *handle, int (*function)(void *, char *, char *, int, int)) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, function);
}

static inline CURLcode stress_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode stress_curl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

/// What CURLOPT_PRIVATE was set to.
static inline void *stress_curl_get_private(CURL *handle) {
    char *value = NULL;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &value);
    return value;
}

static inline CURLMcode stress_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode stress_curl_multi_set_socket(
    CURLM *multi, int (*function)(CURL *, curl_socket_t, int, void *, void *), void *context) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function);
}

static inline CURLMcode stress_curl_multi_set_timer(
    CURLM *multi, int (*function)(CURLM *, long, void *), void *context) {
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function);
}

/// The next transfer that is over: its handle, or NULL where there is none. C's union is in the way of Swift.
static inline CURL *stress_curl_multi_next_done(CURLM *multi, CURLcode *result) {
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

#endif
