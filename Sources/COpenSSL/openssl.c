// The system's OpenSSL is loaded when the first connection wants TLS, so that a binary runs where there is none, and every other gets
// the system's security updates and looks for authorities where this machine has them.
#include "openssl_session.h"

#include <dlfcn.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#if OPENSSL_VERSION_MAJOR < 3
#error "OpenSSL 3 is wanted: install libssl-dev of Debian 12, Ubuntu 22.04 or newer"
#endif

#define OF_SSL(DO)                                                                                                     \
    DO(SSL_CTX_check_private_key)                                                                                      \
    DO(SSL_CTX_ctrl)                                                                                                   \
    DO(SSL_CTX_free)                                                                                                   \
    DO(SSL_CTX_load_verify_file)                                                                                       \
    DO(SSL_CTX_new)                                                                                                    \
    DO(SSL_CTX_set_client_cert_cb)                                                                                     \
    DO(SSL_CTX_set_default_passwd_cb)                                                                                  \
    DO(SSL_CTX_set_default_passwd_cb_userdata)                                                                         \
    DO(SSL_CTX_set_default_verify_paths)                                                                               \
    DO(SSL_CTX_set_options)                                                                                            \
    DO(SSL_CTX_set_verify)                                                                                             \
    DO(SSL_CTX_use_PrivateKey_file)                                                                                    \
    DO(SSL_CTX_use_certificate_chain_file)                                                                             \
    DO(SSL_ctrl)                                                                                                       \
    DO(SSL_do_handshake)                                                                                               \
    DO(SSL_free)                                                                                                       \
    DO(SSL_get0_param)                                                                                                 \
    DO(SSL_get_error)                                                                                                  \
    DO(SSL_get_ex_data)                                                                                                \
    DO(SSL_get_ex_data_X509_STORE_CTX_idx)                                                                             \
    DO(SSL_get_verify_result)                                                                                          \
    DO(SSL_has_pending)                                                                                                \
    DO(SSL_new)                                                                                                        \
    DO(SSL_peek)                                                                                                       \
    DO(SSL_read)                                                                                                       \
    DO(SSL_set_bio)                                                                                                    \
    DO(SSL_set_connect_state)                                                                                          \
    DO(SSL_set_ex_data)                                                                                                \
    DO(SSL_write)                                                                                                      \
    DO(TLS_client_method)

#define OF_CRYPTO(DO)                                                                                                  \
    DO(ASN1_STRING_get0_data)                                                                                          \
    DO(ASN1_STRING_length)                                                                                             \
    DO(ASN1_TIME_to_tm)                                                                                                \
    DO(BIO_clear_flags)                                                                                                \
    DO(BIO_free)                                                                                                       \
    DO(BIO_get_data)                                                                                                   \
    DO(BIO_get_new_index)                                                                                              \
    DO(BIO_meth_new)                                                                                                   \
    DO(BIO_meth_set_ctrl)                                                                                              \
    DO(BIO_meth_set_read)                                                                                              \
    DO(BIO_meth_set_write)                                                                                             \
    DO(BIO_new)                                                                                                        \
    DO(BIO_set_data)                                                                                                   \
    DO(BIO_set_flags)                                                                                                  \
    DO(BIO_set_init)                                                                                                   \
    DO(ERR_clear_error)                                                                                                \
    DO(ERR_peek_error)                                                                                                 \
    DO(ERR_peek_last_error)                                                                                            \
    DO(ERR_reason_error_string)                                                                                        \
    DO(GENERAL_NAME_get0_value)                                                                                        \
    DO(GENERAL_NAMES_free)                                                                                             \
    DO(OPENSSL_init_crypto)                                                                                            \
    DO(OPENSSL_sk_num)                                                                                                 \
    DO(OPENSSL_sk_value)                                                                                               \
    DO(X509_NAME_get_text_by_NID)                                                                                      \
    DO(X509_STORE_CTX_get_current_cert)                                                                                \
    DO(X509_STORE_CTX_get_error)                                                                                       \
    DO(X509_STORE_CTX_get_ex_data)                                                                                     \
    DO(X509_VERIFY_PARAM_set1_host)                                                                                    \
    DO(X509_VERIFY_PARAM_set1_ip_asc)                                                                                  \
    DO(X509_VERIFY_PARAM_set_hostflags)                                                                                \
    DO(X509_get0_notAfter)                                                                                             \
    DO(X509_get0_notBefore)                                                                                            \
    DO(X509_get_ext_d2i)                                                                                               \
    DO(X509_get_subject_name)                                                                                          \
    DO(X509_verify_cert_error_string)

#define MEMBER(name) __typeof__(&name) name;
static struct { OF_SSL(MEMBER) OF_CRYPTO(MEMBER) } library;

static pthread_once_t once = PTHREAD_ONCE_INIT;
// Why there is no library; NULL where there is one.
static const char *missing;
// How OpenSSL reads and writes a socket of ours. Made once and never freed.
static BIO_METHOD *transport;

static BIO_METHOD *make_transport(void);

static void load(void) {
    void *crypto = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    void *ssl = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!crypto || !ssl) {
        missing = "TLS needs OpenSSL 3, and there is no libssl.so.3 on this system. Install it: apt-get install libssl3";
        return;
    }
#define FIND(handle, name)                                                                                             \
    library.name = (__typeof__(&name))dlsym(handle, #name);                                                            \
    if (!library.name) missing = "this system's OpenSSL has no " #name ". Install a newer one, 3.0 at least";
#define FIND_SSL(name) FIND(ssl, name)
#define FIND_CRYPTO(name) FIND(crypto, name)
    OF_SSL(FIND_SSL)
    OF_CRYPTO(FIND_CRYPTO)
    if (missing) return;
    // What threads still use at the end of the process is not torn down under them.
    library.OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
    transport = make_transport();
    if (!transport) missing = "OpenSSL has no memory left";
}

const char *stress_tls_missing(void) {
    pthread_once(&once, load);
    return missing;
}

// MARK: Contexts

// OpenSSL would ask for it on the terminal.
static int refuse_passphrase(char *text, int size, int is_writing, void *was_asked) {
    (void)text, (void)size, (void)is_writing;
    *(int *)was_asked = 1;
    return 0;
}

static int note_certificate(int is_good, X509_STORE_CTX *store);
static int note_question(SSL *ssl, X509 **certificate, EVP_PKEY **key);

static enum stress_tls_loading fill(
    SSL_CTX *context, const char *authorities, const char *certificate, const char *key) {
    // SSL_CTX_set_min_proto_version
    if (library.SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL) != 1) {
        return STRESS_TLS_NO_MEMORY;
    }
    library.SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // A request that was cut goes on from wherever it is by then; buffers are kept from one record to the next.
    library.SSL_CTX_ctrl(
        context, SSL_CTRL_MODE,
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY, NULL);
    library.SSL_CTX_ctrl(context, SSL_CTRL_CLEAR_MODE, SSL_MODE_RELEASE_BUFFERS, NULL);
    // One read for a record's header and what follows.
    library.SSL_CTX_ctrl(context, SSL_CTRL_SET_READ_AHEAD, 1, NULL);
    library.SSL_CTX_set_verify(context, SSL_VERIFY_PEER, note_certificate);
    library.SSL_CTX_set_client_cert_cb(context, note_question);
    if (authorities ? library.SSL_CTX_load_verify_file(context, authorities) != 1
                    : library.SSL_CTX_set_default_verify_paths(context) != 1) {
        return STRESS_TLS_NO_AUTHORITY;
    }
    if (certificate && library.SSL_CTX_use_certificate_chain_file(context, certificate) != 1) {
        return STRESS_TLS_NO_CERTIFICATE;
    }
    if (!key) return STRESS_TLS_LOADED;
    int was_asked = 0;
    library.SSL_CTX_set_default_passwd_cb(context, refuse_passphrase);
    library.SSL_CTX_set_default_passwd_cb_userdata(context, &was_asked);
    int is_loaded = library.SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM);
    library.SSL_CTX_set_default_passwd_cb_userdata(context, NULL);
    if (was_asked) return STRESS_TLS_KEY_WANTS_PASSPHRASE;
    unsigned long error = library.ERR_peek_last_error();
    if (is_loaded != 1) {
        return ERR_GET_LIB(error) == ERR_LIB_X509 ? STRESS_TLS_KEY_DOES_NOT_FIT : STRESS_TLS_NO_KEY;
    }
    return library.SSL_CTX_check_private_key(context) == 1 ? STRESS_TLS_LOADED : STRESS_TLS_KEY_DOES_NOT_FIT;
}

enum stress_tls_loading stress_tls_load(
    const char *authorities, const char *certificate, const char *key, void **context) {
    if (stress_tls_missing()) return STRESS_TLS_NO_MEMORY;
    library.ERR_clear_error();
    SSL_CTX *made = library.SSL_CTX_new(library.TLS_client_method());
    if (!made) return STRESS_TLS_NO_MEMORY;
    enum stress_tls_loading result = fill(made, authorities, certificate, key);
    library.ERR_clear_error();
    if (result == STRESS_TLS_LOADED) {
        *context = made;
    } else {
        library.SSL_CTX_free(made);
    }
    return result;
}

void stress_tls_unload(void *context) { library.SSL_CTX_free(context); }

// MARK: Sessions

struct stress_tls_session {
    SSL *ssl;
    int descriptor;
    // Whether no call waits, even on a socket that does.
    int never_waits;
    // Whether the last read found all that the socket had.
    int is_drained;
    // Whether the other end has closed the connection, or it has failed.
    int has_ended;
    // Calls of the system within the call that is under way, and when the second was made.
    int turns;
    uint64_t started;
    uint64_t limit;
    int first_byte;
    // Whether the server has asked for a certificate and we have none.
    int was_asked;
    // Of the server's certificate: an X509_V_ERR, and what is to be said of it.
    long certificate_error;
    char detail[256];
};

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// Whether the call lasts too long: the socket's time-out bounds each wait, and this one a server that trickles.
static int is_late(struct stress_tls_session *session) {
    if (session->limit == 0 || session->turns++ == 0) return 0;
    uint64_t moment = now();
    if (session->started == 0) session->started = moment;
    return moment - session->started >= session->limit;
}

static int receive(BIO *bio, char *bytes, int count) {
    struct stress_tls_session *session = library.BIO_get_data(bio);
    library.BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    for (;;) {
        ssize_t got = -1;
        if (is_late(session)) {
            errno = EAGAIN;
        } else {
            got = recv(session->descriptor, bytes, (size_t)count, session->never_waits ? MSG_DONTWAIT : 0);
        }
        if (got > 0) {
            session->is_drained = got < count;
            if (session->first_byte < 0) session->first_byte = (unsigned char)bytes[0];
            return (int)got;
        }
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            session->is_drained = 1;
            library.BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
            return -1;
        }
        session->has_ended = 1;
        return got == 0 ? 0 : -1;
    }
}

static int transmit(BIO *bio, const char *bytes, int count) {
    struct stress_tls_session *session = library.BIO_get_data(bio);
    library.BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    for (;;) {
        ssize_t sent = -1;
        if (is_late(session)) {
            errno = EAGAIN;
        } else {
            int flags = MSG_NOSIGNAL | (session->never_waits ? MSG_DONTWAIT : 0);
            sent = send(session->descriptor, bytes, (size_t)count, flags);
        }
        if (sent >= 0) return (int)sent;
        if (errno == EINTR) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            library.BIO_set_flags(bio, BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY);
        } else {
            session->has_ended = 1;
        }
        return -1;
    }
}

static long control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *make_transport(void) {
    BIO_METHOD *method = library.BIO_meth_new(library.BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stress");
    if (!method || library.BIO_meth_set_read(method, receive) != 1 || library.BIO_meth_set_write(method, transmit) != 1
        || library.BIO_meth_set_ctrl(method, control) != 1) {
        return NULL;
    }
    return method;
}

// What the server's certificate has to be for.
static int expect_name(SSL *ssl, const char *name) {
    X509_VERIFY_PARAM *parameters = library.SSL_get0_param(ssl);
    if (library.X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1) return 1;
    // A name that ends with a dot is the same name; certificates have none.
    size_t length = strlen(name);
    if (length > 1 && name[length - 1] == '.') length -= 1;
    char plain[256];
    if (length >= sizeof plain) return 0;
    memcpy(plain, name, length);
    plain[length] = 0;
    library.X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (library.X509_VERIFY_PARAM_set1_host(parameters, plain, length) != 1) return 0;
    // SSL_set_tlsext_host_name
    return library.SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, plain) == 1;
}

struct stress_tls_session *stress_tls_open(void *context, int descriptor, const char *name) {
    library.ERR_clear_error();
    struct stress_tls_session *session = calloc(1, sizeof *session);
    SSL *ssl = session ? library.SSL_new(context) : NULL;
    BIO *bio = ssl ? library.BIO_new(transport) : NULL;
    if (bio) {
        library.BIO_set_data(bio, session);
        library.BIO_set_init(bio, 1);
        library.SSL_set_bio(ssl, bio, bio);
        library.SSL_set_connect_state(ssl);
        session->ssl = ssl;
        session->descriptor = descriptor;
        session->first_byte = -1;
        if (library.SSL_set_ex_data(ssl, 0, session) == 1 && expect_name(ssl, name)) return session;
    }
    library.SSL_free(ssl);
    free(session);
    library.ERR_clear_error();
    return NULL;
}

void stress_tls_close(struct stress_tls_session *session) {
    library.SSL_free(session->ssl);
    free(session);
}

void stress_tls_limit(struct stress_tls_session *session, uint64_t nanoseconds) { session->limit = nanoseconds; }

// What is left behind by others, such as libcurl, would be taken for an error of ours.
static void begin(struct stress_tls_session *session) {
    library.ERR_clear_error();
    session->turns = 0;
    session->started = 0;
}

static int result_of(struct stress_tls_session *session, int returned) {
    switch (library.SSL_get_error(session->ssl, returned)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return STRESS_TLS_NOTHING;
    case SSL_ERROR_ZERO_RETURN: return STRESS_TLS_ENDED;
    case SSL_ERROR_SYSCALL: return STRESS_TLS_ENDED;
    default:
        // An end without a farewell is an error to OpenSSL, and none of the protocol's: a reply tells its own length.
        if (session->has_ended && ERR_GET_REASON(library.ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
            return STRESS_TLS_ENDED;
        }
        return STRESS_TLS_FAILED;
    }
}

int stress_tls_shake_hands(struct stress_tls_session *session) {
    begin(session);
    int returned = library.SSL_do_handshake(session->ssl);
    return returned == 1 ? 1 : result_of(session, returned);
}

long stress_tls_read(struct stress_tls_session *session, void *bytes, size_t count) {
    begin(session);
    int returned = library.SSL_read(session->ssl, bytes, count > INT32_MAX ? INT32_MAX : (int)count);
    return returned > 0 ? returned : result_of(session, returned);
}

int stress_tls_has_more(struct stress_tls_session *session) {
    return !session->is_drained || library.SSL_has_pending(session->ssl);
}

long stress_tls_write(struct stress_tls_session *session, const void *bytes, size_t count) {
    begin(session);
    int returned = library.SSL_write(session->ssl, bytes, count > INT32_MAX ? INT32_MAX : (int)count);
    return returned > 0 ? returned : result_of(session, returned);
}

int stress_tls_look(struct stress_tls_session *session) {
    begin(session);
    char byte;
    int waits = !session->never_waits;
    session->never_waits = 1;
    int returned = library.SSL_peek(session->ssl, &byte, 1);
    int result = returned > 0 ? 1 : result_of(session, returned);
    if (waits) session->never_waits = 0;
    return result;
}

// MARK: Problems

static void note_day(struct stress_tls_session *session, const ASN1_TIME *time) {
    struct tm day;
    if (!time || library.ASN1_TIME_to_tm(time, &day) != 1) return;
    strftime(session->detail, sizeof session->detail, "%Y-%m-%d %H:%M:%S UTC", &day);
}

static void add_name(struct stress_tls_session *session, const char *text, int length) {
    size_t used = strlen(session->detail);
    size_t room = sizeof session->detail - used;
    for (int index = 0; index < length; index++) {
        // It is a stranger's text.
        if (text[index] <= 32 || text[index] > 126) return;
    }
    if ((size_t)length + 3 > room) return;
    snprintf(session->detail + used, room, "%s%.*s", used ? ", " : "", length, text);
}

static void add_address(struct stress_tls_session *session, const unsigned char *bytes, int length) {
    char text[48];
    int used = 0;
    if (length == 4) {
        used = snprintf(text, sizeof text, "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2], bytes[3]);
    } else if (length == 16) {
        for (int index = 0; index < 16; index += 2) {
            used += snprintf(
                text + used, sizeof text - (size_t)used, "%s%x", index ? ":" : "", bytes[index] << 8 | bytes[index + 1]);
        }
    }
    if (used > 0) add_name(session, text, used);
}

// The names that the certificate is for: as RFC 6125 has it, its subject's only where there is no other.
static void note_names(struct stress_tls_session *session, X509 *certificate) {
    session->detail[0] = 0;
    GENERAL_NAMES *names = library.X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int count = names ? library.OPENSSL_sk_num((const OPENSSL_STACK *)names) : 0;
    for (int index = 0; index < count; index++) {
        int type = 0;
        const ASN1_STRING *value = library.GENERAL_NAME_get0_value(
            library.OPENSSL_sk_value((const OPENSSL_STACK *)names, index), &type);
        if (type == GEN_DNS) {
            const char *text = (const char *)library.ASN1_STRING_get0_data(value);
            add_name(session, text, library.ASN1_STRING_length(value));
        } else if (type == GEN_IPADD) {
            add_address(session, library.ASN1_STRING_get0_data(value), library.ASN1_STRING_length(value));
        }
    }
    if (names) library.GENERAL_NAMES_free(names);
    if (count > 0) return;
    char text[256];
    int length = library.X509_NAME_get_text_by_NID(
        library.X509_get_subject_name(certificate), NID_commonName, text, sizeof text);
    if (length > 0) add_name(session, text, length);
}

// Called for each certificate and for each thing that is wrong with one. It changes no verdict.
static int note_certificate(int is_good, X509_STORE_CTX *store) {
    if (is_good) return is_good;
    SSL *ssl = library.X509_STORE_CTX_get_ex_data(store, library.SSL_get_ex_data_X509_STORE_CTX_idx());
    struct stress_tls_session *session = ssl ? library.SSL_get_ex_data(ssl, 0) : NULL;
    X509 *certificate = library.X509_STORE_CTX_get_current_cert(store);
    if (!session) return is_good;
    session->certificate_error = library.X509_STORE_CTX_get_error(store);
    session->detail[0] = 0;
    if (!certificate) return is_good;
    switch (session->certificate_error) {
    case X509_V_ERR_CERT_HAS_EXPIRED: note_day(session, library.X509_get0_notAfter(certificate)); break;
    case X509_V_ERR_CERT_NOT_YET_VALID: note_day(session, library.X509_get0_notBefore(certificate)); break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: note_names(session, certificate); break;
    default: break;
    }
    return is_good;
}

// Called where the server asks for a certificate and the context has none.
static int note_question(SSL *ssl, X509 **certificate, EVP_PKEY **key) {
    (void)certificate, (void)key;
    struct stress_tls_session *session = library.SSL_get_ex_data(ssl, 0);
    if (session) session->was_asked = 1;
    return 0;
}

static struct stress_tls_problem problem(
    struct stress_tls_session *session, enum stress_tls_reason reason, const char *detail) {
    struct stress_tls_problem found = {reason, detail ? detail : "", session->first_byte};
    return found;
}

static struct stress_tls_problem problem_of_certificate(struct stress_tls_session *session) {
    switch (session->certificate_error) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return problem(session, STRESS_TLS_EXPIRED, session->detail);
    case X509_V_ERR_CERT_NOT_YET_VALID: return problem(session, STRESS_TLS_NOT_YET_VALID, session->detail);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return problem(session, STRESS_TLS_WRONG_NAME, session->detail);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return problem(session, STRESS_TLS_SELF_SIGNED, NULL);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return problem(session, STRESS_TLS_UNKNOWN_AUTHORITY, NULL);
    default:
        return problem(
            session, STRESS_TLS_BAD_CERTIFICATE, library.X509_verify_cert_error_string(session->certificate_error));
    }
}

struct stress_tls_problem stress_tls_problem_of(struct stress_tls_session *session) {
    unsigned long error = library.ERR_peek_error();
    const char *words = error ? library.ERR_reason_error_string(error) : NULL;
    if (session->certificate_error != X509_V_OK) return problem_of_certificate(session);
    if (ERR_GET_LIB(error) != ERR_LIB_SSL) return problem(session, STRESS_TLS_OTHER, words);
    switch (ERR_GET_REASON(error)) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: return problem(session, STRESS_TLS_CERTIFICATE_WANTED, words);
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        // Before TLS 1.3, whoever brings no certificate is told of a failure only.
        if (session->was_asked) return problem(session, STRESS_TLS_CERTIFICATE_WANTED, words);
        return problem(
            session,
            ERR_GET_REASON(error) == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE ? STRESS_TLS_NOTHING_IN_COMMON
                                                                         : STRESS_TLS_CERTIFICATE_REFUSED,
            words);
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
    case SSL_R_UNSUPPORTED_PROTOCOL: return problem(session, STRESS_TLS_NOTHING_IN_COMMON, words);
    default: break;
    }
    // The first byte of a record says what it holds: 20 to 24.
    if (session->first_byte >= 0 && (session->first_byte < 20 || session->first_byte > 24)) {
        return problem(session, STRESS_TLS_NO_TLS, words);
    }
    return problem(session, STRESS_TLS_OTHER, words);
}
