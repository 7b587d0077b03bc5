internal import COpenSSL
internal import FlashSale
internal import Glibc
internal import Synchronization

/// What all connections of a process share that speak TLS alike: the files, read once.
///
/// `@unchecked Sendable`: OpenSSL's context may be used by many threads, and nothing of it changes after it was made.
final class TLSContext: @unchecked Sendable {
    /// No certificate is larger by far.
    private static let mostBytes = 16 << 20

    private static let known = Mutex<[RedisEndpoint.TLS: TLSContext]>([:])

    let pointer: UnsafeMutableRawPointer

    private init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }

    deinit { stress_tls_unload(pointer) }

    /// The context for these files, made where there is none yet. What went wrong once is tried again.
    ///
    /// - Throws: ``TLSProblem``.
    static func shared(for settings: RedisEndpoint.TLS) throws(TLSProblem) -> TLSContext {
        var files = settings
        files.name = nil
        if let context = known.withLock({ $0[files] }) { return context }
        let context = try TLSContext(reading: files)
        return known.withLock { contexts in
            if let other = contexts[files] { return other }
            contexts[files] = context
            return context
        }
    }

    private convenience init(reading files: RedisEndpoint.TLS) throws(TLSProblem) {
        if let missing = stress_tls_missing() { throw TLSProblem(String(cString: missing), status: .unavailable) }
        try Self.check(files.authorities, of: "--tls-ca", "certificates of authorities")
        try Self.check(files.certificate, of: "--tls-cert", "a certificate")
        try Self.check(files.key, of: "--tls-key", "a key")
        if (files.certificate == nil) != (files.key == nil) {
            throw TLSProblem(
                files.key == nil
                    ? "--tls-cert: wants the certificate's key beside it: --tls-key FILE"
                    : "--tls-key: wants the certificate that it is for beside it: --tls-cert FILE")
        }
        var made: UnsafeMutableRawPointer?
        let result = stress_tls_load(files.authorities, files.certificate, files.key, &made)
        guard result == STRESS_TLS_LOADED, let made else { throw Self.problem(result, files) }
        self.init(made)
    }

    private static func problem(_ result: stress_tls_loading, _ files: RedisEndpoint.TLS) -> TLSProblem {
        let key = files.key ?? ""
        return switch result {
        case STRESS_TLS_NO_AUTHORITY:
            if let file = files.authorities {
                TLSProblem(
                    "--tls-ca: certificates of authorities in PEM are wanted (-----BEGIN CERTIFICATE-----), and \(file) has none that can be read"
                )
            } else {
                TLSProblem(
                    "the system's authorities cannot be read: name those that are to be trusted with --tls-ca FILE",
                    status: .unavailable)
            }
        case STRESS_TLS_NO_CERTIFICATE:
            TLSProblem(
                "--tls-cert: a certificate in PEM is wanted (-----BEGIN CERTIFICATE-----), and \(files.certificate ?? "") has none that can be read"
            )
        case STRESS_TLS_NO_KEY:
            TLSProblem(
                "--tls-key: a key in PEM is wanted (-----BEGIN PRIVATE KEY-----), and \(key) has none that can be read")
        case STRESS_TLS_KEY_WANTS_PASSPHRASE:
            TLSProblem(
                "--tls-key: a key without a passphrase is wanted, and \(key) has one: openssl pkey -in \(key) -out FILE writes one without"
            )
        case STRESS_TLS_KEY_DOES_NOT_FIT:
            TLSProblem(
                "--tls-key: the key of the certificate in \(files.certificate ?? "") is wanted, and \(key) has another one"
            )
        default: TLSProblem("TLS: OpenSSL has no memory left", status: .unavailable)
        }
    }

    /// OpenSSL would wait at a pipe, and says of a folder what nobody understands.
    private static func check(_ path: String?, of flag: String, _ what: String) throws(TLSProblem) {
        guard let path else { return }
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw TLSProblem(
                errno == ENOENT
                    ? "\(flag): the file \(path) does not exist"
                    : "\(flag): \(what) in PEM is wanted, and \(path) cannot be read: \(String(cString: strerror(errno)))"
            )
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw TLSProblem("\(flag): a file with \(what) in PEM is wanted, and \(path) is no file")
        }
        guard status.st_size <= mostBytes else {
            throw TLSProblem(
                "\(flag): a file with \(what) in PEM is wanted, and \(path) is too large: more than \(mostBytes >> 20) MiB"
            )
        }
        guard access(path, R_OK) == 0 else {
            throw TLSProblem("\(flag): \(what) in PEM is wanted, and \(path) may not be read by this user")
        }
    }
}
