// libcurl's functions by the names of its own header, each of which goes on to the same function of the system's library. That
// is loaded when the first handle is wanted, so that a binary that asks no service runs where there is no libcurl.
//
// A static libcurl is no way out: of what Debian's needs (Kerberos, LDAP, …) not all is there to link, and certificates
// would be looked for where this machine has them.
#include "shim.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>

// What Sources/HTTPTransport calls; the linker tells what is missing here.
#define FUNCTIONS(DO)                                                                                                  \
    DO(curl_global_init)                                                                                               \
    DO(curl_easy_init)                                                                                                 \
    DO(curl_easy_cleanup)                                                                                              \
    DO(curl_easy_setopt)                                                                                               \
    DO(curl_easy_getinfo)                                                                                              \
    DO(curl_easy_pause)                                                                                                \
    DO(curl_easy_perform)                                                                                              \
    DO(curl_easy_strerror)                                                                                             \
    DO(curl_multi_init)                                                                                                \
    DO(curl_multi_cleanup)                                                                                             \
    DO(curl_multi_setopt)                                                                                              \
    DO(curl_multi_add_handle)                                                                                          \
    DO(curl_multi_remove_handle)                                                                                       \
    DO(curl_multi_info_read)                                                                                           \
    DO(curl_multi_socket_action)                                                                                       \
    DO(curl_multi_strerror)                                                                                            \
    DO(curl_slist_append)                                                                                              \
    DO(curl_slist_free_all)

// The system's library must not take these for its own: they stay inside.
#define HIDE(name) extern __typeof__(name) name __attribute__((visibility("hidden")));
FUNCTIONS(HIDE)

#define MEMBER(name) __typeof__(&name) name;
static struct { FUNCTIONS(MEMBER) } library;

static pthread_once_t once = PTHREAD_ONCE_INIT;
// Why there is no library; NULL where there is one.
static const char *missing;

static void load(void) {
    // OpenSSL's flavour, which most systems have under this name alone, before Debian's others.
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl-nss.so.4"};
    void *handle = NULL;
    for (size_t index = 0; !handle && index < sizeof names / sizeof *names; index++) {
        handle = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
    }
    if (!handle) {
        missing = "there is no libcurl.so.4 on this system. Install it: apt-get install libcurl4";
        return;
    }
#define FIND(name)                                                                                                     \
    library.name = (__typeof__(&name))dlsym(handle, #name);                                                            \
    if (!library.name) missing = "this system's libcurl.so.4 has no " #name ". Install a newer one, 7.80 at least";
    FUNCTIONS(FIND)
}

const char *stress_curl_missing(void) {
    pthread_once(&once, load);
    return missing;
}

// Those by which all use begins.

CURLcode curl_global_init(long flags) {
    return stress_curl_missing() ? CURLE_FAILED_INIT : library.curl_global_init(flags);
}

CURL *curl_easy_init(void) { return stress_curl_missing() ? NULL : library.curl_easy_init(); }

CURLM *curl_multi_init(void) { return stress_curl_missing() ? NULL : library.curl_multi_init(); }

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text) {
    return stress_curl_missing() ? NULL : library.curl_slist_append(list, text);
}

void curl_slist_free_all(struct curl_slist *list) {
    if (list) library.curl_slist_free_all(list);
}

// Those that take a handle, which nobody has without the library.

// libcurl's options and results are longs, offsets and pointers, which on a 64-bit Linux are passed alike.
_Static_assert(sizeof(long) == sizeof(void *) && sizeof(curl_off_t) == sizeof(void *), "one size of argument");

CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...) {
    va_list arguments;
    va_start(arguments, option);
    void *value = va_arg(arguments, void *);
    va_end(arguments);
    return library.curl_easy_setopt(handle, option, value);
}

CURLcode curl_easy_getinfo(CURL *handle, CURLINFO info, ...) {
    va_list arguments;
    va_start(arguments, info);
    void *value = va_arg(arguments, void *);
    va_end(arguments);
    return library.curl_easy_getinfo(handle, info, value);
}

CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...) {
    va_list arguments;
    va_start(arguments, option);
    void *value = va_arg(arguments, void *);
    va_end(arguments);
    return library.curl_multi_setopt(multi, option, value);
}

void curl_easy_cleanup(CURL *handle) { library.curl_easy_cleanup(handle); }

CURLcode curl_easy_pause(CURL *handle, int actions) { return library.curl_easy_pause(handle, actions); }

CURLcode curl_easy_perform(CURL *handle) { return library.curl_easy_perform(handle); }

const char *curl_easy_strerror(CURLcode code) { return library.curl_easy_strerror(code); }

CURLMcode curl_multi_cleanup(CURLM *multi) { return library.curl_multi_cleanup(multi); }

CURLMcode curl_multi_add_handle(CURLM *multi, CURL *handle) { return library.curl_multi_add_handle(multi, handle); }

CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *handle) {
    return library.curl_multi_remove_handle(multi, handle);
}

CURLMsg *curl_multi_info_read(CURLM *multi, int *left) { return library.curl_multi_info_read(multi, left); }

CURLMcode curl_multi_socket_action(CURLM *multi, curl_socket_t socket, int events, int *running) {
    return library.curl_multi_socket_action(multi, socket, events, running);
}

const char *curl_multi_strerror(CURLMcode code) { return library.curl_multi_strerror(code); }
