/// Where a Redis server is and who to be there.
///
/// Its encoded form holds the password, because a worker needs it: send that through a pipe only, never to a file or an
/// argument. Everything that prints (`description`, `debugDescription`, `dump`) shows ``redacted`` instead.
package struct RedisEndpoint: Codable, Sendable, Equatable {
    /// The way to the server.
    package enum Transport: Codable, Sendable, Equatable {
        /// A name or address (IPv6 without brackets), and a port, 1 to 65535.
        case tcp(host: String, port: Int)
        /// The absolute path of a socket, at most ``RedisEndpoint/maximumPathBytes`` bytes.
        case unix(path: String)
    }

    package static let defaultPort = 6379

    /// The room in `sockaddr_un` without its final zero. hiredis cuts a longer path in silence.
    package static let maximumPathBytes = 107

    package var transport: Transport
    /// The ACL user; nil is the server's default user.
    package var username: String?
    /// Nil if the server is to be used without authentication.
    package var password: String?
    /// The logical database, 0 or more. The server decides how many there are.
    package var database: Int
    /// How TLS is spoken, over TCP; nil where it is not.
    package var tls: TLS?
    /// Whether it is one server, or one of several that Sentinels or a cluster name. Of several, ``transport`` is the first that the
    /// URL names.
    package var deployment = Deployment.single

    package init(
        transport: Transport, username: String? = nil, password: String? = nil, database: Int = 0, tls: TLS? = nil
    ) {
        self.transport = transport
        self.username = username
        self.password = password
        self.database = database
        self.tls = tls
    }

    /// Reads a URL: `redis://user:password@host:port/db` with every part but the host optional, `rediss://` with the same parts
    /// for TLS, `unix://user:password@/path/to.sock?db=2`, `redis+sentinel://user:password@h1,h2:26379/name/db`, or
    /// `redis+cluster://user:password@h1,h2:7000`. User and password may be percent-encoded.
    ///
    /// - Parameters:
    ///   - environment: `REDISCLI_AUTH` in it is the password of a URL that has none; `STRESS_SENTINEL_AUTH` and
    ///     `STRESS_SENTINEL_USER` are for Sentinels that ask for one themselves.
    ///   - tls: how TLS is spoken where the URL asks for it.
    /// - Throws: ``RedisURLError`` for anything else.
    package init(url: String, environment: [String: String], tls: TLS = TLS()) throws(RedisURLError) {
        var parser = RedisURLParser(url)
        self = try parser.endpoint()
        if self.tls != nil { self.tls = tls }
        if password == nil, let fallback = environment["REDISCLI_AUTH"], !fallback.isEmpty {
            password = fallback
        }
        try readSentinelCredentials(from: environment)
        // To go on as the default user would be a different user than the one asked for.
        if username != nil, password == nil {
            throw RedisURLError(
                "the Redis URL names a user but no password: write user:password@ or set REDISCLI_AUTH "
                    + "(for a user without a password, write \"user:@\")")
        }
    }

    /// The URL without the password, with the user and the port, fit for reports.
    package var redacted: String {
        let user = username.map { PercentEncoding.encode($0) + "@" } ?? ""
        if let several = redacted(user) { return several }
        switch transport {
        case .tcp(let host, let port):
            let name = host.contains(":") ? "[\(host)]" : host
            return "\(tls == nil ? "redis" : "rediss")://\(user)\(name):\(port)" + (database == 0 ? "" : "/\(database)")
        case .unix(let path):
            let encoded = PercentEncoding.encode(path, keeping: "/")
            return "unix://\(user)\(encoded)" + (database == 0 ? "" : "?db=\(database)")
        }
    }

    /// ``redacted`` as one word of a shell's command line.
    package var shellWord: String { Self.shellWord(redacted) }

    static func shellWord(_ text: String) -> String {
        let plain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:@%".contains($0)) }
        return plain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// The start of a redis-cli command line for this server. Its password is in `REDISCLI_AUTH`.
    package var redisCLI: String {
        // redis-cli takes a name before the @ for a password.
        let user = username.map { " --user \(Self.shellWord($0))" } ?? ""
        switch transport {
        case .tcp:
            var nameless = self
            nameless.username = nil
            nameless.deployment = .single
            return "redis-cli\(isCluster ? " -c" : "") -u \(nameless.shellWord)\(tls?.clientFlags ?? "")\(user)"
        case .unix(let path): return "redis-cli -s \(Self.shellWord(path))\(user)"
        }
    }
}

extension RedisEndpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { redacted }
    package var debugDescription: String { redacted }
    /// Without it `dump` and the test library's messages would walk into the password.
    package var customMirror: Mirror { Mirror(self, children: ["url": redacted], displayStyle: .struct) }
}
