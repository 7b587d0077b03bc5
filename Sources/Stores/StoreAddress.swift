internal import FlashSale
internal import HTTPTransport
internal import Host
internal import RedisDriver

/// Where a question goes.
enum StoreAddress {
    case redis(RedisEndpoint)
    case postgres(DatabaseURL)
    case mysql(DatabaseURL)
    /// The absolute path of a database's file.
    case sqlite(path: String)
    case service(ServiceEndpoint)
    /// A program on this machine.
    case program
}

extension StoreAddress {
    /// What may stand before `://` for words of a kind, and an example.
    private static func schemes(of kind: String) -> (names: [String], example: String) {
        switch kind {
        case "redis": (["redis", "rediss", "unix", "redis+sentinel", "redis+cluster"], "redis://127.0.0.1:6379")
        case "http": (["http", "https"], "http://127.0.0.1:8080")
        default:
            (
                ["postgres", "postgresql", "mysql", "mariadb", "sqlite"],
                "postgres://127.0.0.1/shop, mysql://127.0.0.1/shop or sqlite:///path/to/shop.db"
            )
        }
    }

    /// Reads a URL for words of a kind.
    ///
    /// - Throws: 64 for anything that cannot be meant, and for another machine unless `allowsRemote`.
    init(url: String, for kind: String, place: String, environment: [String: String], allowsRemote: Bool)
        throws(RunError)
    {
        let scheme = url.firstRange(of: "://").map { url[..<$0.lowerBound].lowercased() } ?? ""
        let schemes = Self.schemes(of: kind)
        guard schemes.names.contains(scheme) else {
            throw RunError(
                .usage,
                "\(place): \(kind): asks what is at a URL such as \(schemes.example), found "
                    + (url.isEmpty ? "an empty one" : RemoteRule.redacted(url)))
        }
        switch scheme {
        case "redis", "rediss", "unix", "redis+sentinel", "redis+cluster":
            do throws(RedisURLError) {
                self = .redis(try RedisEndpoint(url: url, environment: environment))
            } catch {
                throw RunError(.usage, "\(place): at: \(error)")
            }
        case "http", "https":
            guard !url.contains(where: { "?#".contains($0) }) else {
                throw RunError(
                    .usage,
                    "\(place): at: wanted the service's address, such as \(schemes.example), found one with a query; it belongs "
                        + "behind http:")
            }
            self = .service(ServiceEndpoint(base: url))
        case "sqlite": self = .sqlite(path: try DatabaseURL.path(ofSQLite: url, place: place))
        default:
            let database = try DatabaseURL(url, place: place, environment: environment)
            self = scheme.hasPrefix("postgres") ? .postgres(database) : .mysql(database)
        }
        try checkHosts(place: place, allowsRemote: allowsRemote)
    }

    /// The hosts that are asked, without those that need no network.
    var hosts: [String] {
        switch self {
        case .redis(let endpoint): endpoint.addresses.map(\.host)
        case .postgres(let database), .mysql(let database): database.hosts.filter { !$0.hasPrefix("/") }
        case .service(let endpoint): RemoteRule.host(of: endpoint.base).map { [$0] } ?? []
        case .sqlite, .program: []
        }
    }

    /// Its URL without a password.
    var shown: String {
        switch self {
        case .redis(let endpoint): endpoint.redacted
        case .postgres(let database), .mysql(let database): database.shown
        case .sqlite(let path): "sqlite://\(path)"
        case .service(let endpoint): RemoteRule.redacted(endpoint.base)
        case .program: "this machine"
        }
    }

    func checkHosts(place: String, allowsRemote: Bool) throws(RunError) {
        if case .service(let endpoint) = self {
            try RemoteRule.check(url: endpoint.base, place: place, allowsRemote: allowsRemote)
        }
        for host in hosts { try RemoteRule.check(host: host, of: shown, place: place, allowsRemote: allowsRemote) }
    }
}
