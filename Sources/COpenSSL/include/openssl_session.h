// TLS for Swift, over the system's OpenSSL: what Swift cannot call (macros, functions that call back) and the way in which OpenSSL reads
// and writes our sockets. None of OpenSSL's own headers is needed to use it.
#ifndef STRESS_COPENSSL_SESSION_H
#define STRESS_COPENSSL_SESSION_H

#include <stddef.h>
#include <stdint.h>

/// Why there is no OpenSSL, and what to do about it; NULL where there is one.
const char *stress_tls_missing(void);

// Contexts: what all connections share.

enum stress_tls_loading {
    STRESS_TLS_LOADED,
    STRESS_TLS_NO_MEMORY,
    /// The file holds no certificate of an authority.
    STRESS_TLS_NO_AUTHORITY,
    STRESS_TLS_NO_CERTIFICATE,
    STRESS_TLS_NO_KEY,
    /// The key is encrypted.
    STRESS_TLS_KEY_WANTS_PASSPHRASE,
    /// The key is another one than the certificate's.
    STRESS_TLS_KEY_DOES_NOT_FIT,
};

/// Makes a context that verifies its servers. All files are PEM, and NULL stands for none; without `authorities`, those of the system
/// are trusted. `context` is set where the result is `STRESS_TLS_LOADED`.
enum stress_tls_loading stress_tls_load(
    const char *authorities, const char *certificate, const char *key, void **context);

void stress_tls_unload(void *context);

// Sessions: one for each connection, used by one thread at a time.

struct stress_tls_session;

/// What a call has come to, where it did nothing.
enum stress_tls_result {
    /// The socket has nothing, or no room; or what was waited for did not come in time.
    STRESS_TLS_NOTHING = 0,
    /// The other end is gone.
    STRESS_TLS_ENDED = -1,
    /// The session has failed: `stress_tls_problem_of` says why.
    STRESS_TLS_FAILED = -2,
};

/// A session over a connected socket, which stays its owner's; NULL without memory. `name` is what the server's certificate has to
/// be for: a host, which the server is told (SNI), or an IP address, which it is not.
struct stress_tls_session *stress_tls_open(void *context, int descriptor, const char *name);

/// Frees it. Nothing is sent.
void stress_tls_close(struct stress_tls_session *session);

/// How long a call may last after the socket's own time-out began to count a second time; 0 where calls do not wait.
void stress_tls_limit(struct stress_tls_session *session, uint64_t nanoseconds);

/// Goes on with the handshake. 1 once it is complete, or a `stress_tls_result`.
int stress_tls_shake_hands(struct stress_tls_session *session);

/// Reads at most `count` bytes. How many, at least 1, or a `stress_tls_result`.
long stress_tls_read(struct stress_tls_session *session, void *bytes, size_t count);

/// Whether more may be read although no event of the socket will say so.
int stress_tls_has_more(struct stress_tls_session *session);

/// Writes from the front as much as one record takes. How many bytes, at least 1, or a `stress_tls_result`. After
/// `STRESS_TLS_NOTHING`, the next call must be given the same bytes, wherever they are.
long stress_tls_write(struct stress_tls_session *session, const void *bytes, size_t count);

/// Whether a read would find something, without waiting: 1 or a `stress_tls_result`. Nothing is taken.
int stress_tls_look(struct stress_tls_session *session);

// Problems.

enum stress_tls_reason {
    STRESS_TLS_OTHER,
    /// The server's certificate: `detail` is the day until which, or from which on, it is valid.
    STRESS_TLS_EXPIRED,
    STRESS_TLS_NOT_YET_VALID,
    STRESS_TLS_SELF_SIGNED,
    STRESS_TLS_UNKNOWN_AUTHORITY,
    /// `detail` has the names that it is for.
    STRESS_TLS_WRONG_NAME,
    /// `detail` is OpenSSL's reason.
    STRESS_TLS_BAD_CERTIFICATE,
    /// The server wants a certificate of ours.
    STRESS_TLS_CERTIFICATE_WANTED,
    /// The server does not take ours: `detail` is its reason.
    STRESS_TLS_CERTIFICATE_REFUSED,
    /// What came first is no TLS: `first_byte` is its first byte.
    STRESS_TLS_NO_TLS,
    /// No version or cipher that both ends know: `detail` is OpenSSL's reason.
    STRESS_TLS_NOTHING_IN_COMMON,
};

struct stress_tls_problem {
    enum stress_tls_reason reason;
    /// What the reason says of it. It lives as long as the session.
    const char *detail;
    /// The first byte that the server sent; -1 for none.
    int first_byte;
};

/// Why the last call has failed.
struct stress_tls_problem stress_tls_problem_of(struct stress_tls_session *session);

#endif
