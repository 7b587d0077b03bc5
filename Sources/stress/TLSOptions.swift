internal import ArgumentParser
internal import FlashSale
internal import Foundation
internal import RedisDriver

/// The flags that say how TLS is spoken with a Redis at rediss://. There is none that leaves verification out.
struct TLSOptions: ParsableArguments {
    private static var files: CompletionKind { .file(extensions: ["pem", "crt", "key"]) }

    @Option(
        name: .customLong("tls-ca"),
        help: ArgumentHelp(
            "Certificates of authorities that are trusted for a Redis at rediss://, in PEM, in the place of the system's.",
            valueName: "file"),
        completion: files)
    var authorities: String?

    @Option(
        name: .customLong("tls-cert"),
        help: ArgumentHelp("Our certificate for a Redis that wants one, in PEM.", valueName: "file"),
        completion: files)
    var certificate: String?

    @Option(
        name: .customLong("tls-key"),
        help: ArgumentHelp("The key of --tls-cert, in PEM, without a passphrase.", valueName: "file"),
        completion: files)
    var key: String?

    @Option(
        name: .customLong("tls-name"),
        help: ArgumentHelp(
            "What the certificate of the Redis is for, where that is not the URL's host: behind a tunnel.",
            valueName: "host"))
    var name: String?

    private var given: [(flag: String, value: String)] {
        [("--tls-ca", authorities), ("--tls-cert", certificate), ("--tls-key", key), ("--tls-name", name)].compactMap {
            flag, value in value.map { (flag, $0) }
        }
    }

    func validate() throws {
        for (flag, value) in given where value.isEmpty {
            throw ValidationError(
                "\(flag): a \(flag == "--tls-name" ? "host" : "file in PEM") is wanted; found nothing")
        }
    }

    /// How TLS is spoken where a URL asks for it. Workers may have another working folder.
    ///
    /// - Throws: ``RunError`` with 64 for files that do not hold what they should.
    func settings() throws(RunError) -> RedisEndpoint.TLS {
        func absolute(_ path: String?) -> String? { path.map { URL(fileURLWithPath: $0).path } }
        if !given.isEmpty {
            try Self.check(.init(authorities: authorities, certificate: certificate, key: key, name: name))
        }
        return .init(
            authorities: absolute(authorities), certificate: absolute(certificate), key: absolute(key), name: name)
    }

    private static func check(_ settings: RedisEndpoint.TLS) throws(RunError) {
        do throws(TLSProblem) { try settings.check() } catch { throw RunError(error.status, error.description) }
    }

    /// The user's server, from the flag or else from the environment; nil if neither names one.
    ///
    /// - Parameters:
    ///   - redis: what the flag says.
    ///   - othersMayNeedThem: whether something else than that server may be what the flags of TLS are for.
    /// - Throws: ``RunError`` with 64 for a URL that cannot be read, and for flags that no server needs.
    func endpoint(redis: String?, othersMayNeedThem: Bool = false) throws(RunError) -> RedisEndpoint? {
        let settings = try settings()
        let environment = ProcessInfo.processInfo.environment
        var endpoint: RedisEndpoint?
        if let url = redis ?? environment["STRESS_REDIS_URL"], !url.isEmpty {
            do throws(RedisURLError) {
                endpoint = try RedisEndpoint(url: url, environment: environment, tls: settings)
            } catch {
                throw RunError(.usage, "\(redis == nil ? "STRESS_REDIS_URL" : "--redis"): \(error)")
            }
        }
        if let tls = endpoint?.tls {
            try Self.check(tls)
        } else if let (flag, _) = given.first, !othersMayNeedThem {
            let found = endpoint.map { "the Redis is at \($0.redacted), without TLS" } ?? "no Redis of yours is named"
            throw RunError(.usage, "\(flag): is for a Redis with TLS, --redis rediss://host:port, and \(found)")
        }
        return endpoint
    }
}
