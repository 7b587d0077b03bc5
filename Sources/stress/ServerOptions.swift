internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import HTTPTransport
internal import Host
internal import Recordings
internal import RedisDriver
internal import Strategies

extension Scenario.Persistence: ExpressibleByArgument {}

/// The flags that say which Redis.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "redis://user:password@host:port/db, rediss:// for TLS, unix:///path, redis+sentinel://h1,h2/name or redis+cluster://h1,h2. Default: $STRESS_REDIS_URL, otherwise a private server. A password is better given in $REDISCLI_AUTH.",
            valueName: "url"))
    var redis: String?

    @OptionGroup var tls: TLSOptions

    @Option(help: "How the private server keeps its data: none, rdb, everysec or always.")
    var persistence = Scenario.Persistence.none

    @Option(
        help: ArgumentHelp(
            "Several private servers in the place of one: replicas:N (a primary with N replicas), sentinel:N (N sentinels, a primary and 2 replicas), or cluster:P+R (P primaries, and R replicas in all). Clients follow whoever is primary.",
            valueName: "topology"),
        completion: Completion.topology)
    var topology: String?

    @Flag(
        name: .customLong("no-rehearsal-guard"),
        help:
            "Send scripts to a server of your own without having seen in a rehearsal on a private one that they touch only keys of the run. The report says so."
    )
    var skipsRehearsalGuard = false

    @Option(
        help: ArgumentHelp(
            "Where the service is that buyers ask. Default: $STRESS_SERVICE_URL, otherwise service: of the strategy file, which is started where it has start:. Only this is called.",
            valueName: "url"))
    var service: String?

    @Option(
        help: ArgumentHelp(
            "Certificates of authorities that are trusted for the service, in PEM, in the place of the system's.",
            valueName: "file"),
        completion: .file(extensions: ["pem", "crt"]))
    var ca: String?

    @Option(
        name: .customLong("follow-redirects"),
        help: ArgumentHelp("Redirects of the service that a client follows; 0 for none.", valueName: "n"))
    var redirects = 0

    @Flag(
        name: .customLong("allow-remote"),
        help: "Call a service, and other stores of the file, that are not on this machine. They should be yours.")
    var allowsRemote = false

    func validate() throws {
        guard (0...20).contains(redirects) else {
            throw ValidationError("--follow-redirects \(redirects): a number from 0 to 20 is wanted")
        }
        if service?.isEmpty == true {
            throw ValidationError("--service: a URL such as http://127.0.0.1:8080 is wanted; found nothing")
        }
        if topology != nil { _ = try plannedTopology() }
        if redis?.isEmpty == true {
            throw ValidationError("--redis: a URL such as redis://127.0.0.1:6379 is wanted; found nothing")
        }
    }

    private func plannedTopology() throws(ValidationError) -> Topology? {
        guard let topology else { return nil }
        do throws(Topology.Problem) {
            return try Topology(topology)
        } catch {
            throw ValidationError("--topology: \(error.message)")
        }
    }

    /// The private servers that a sale at `place` is to have; nil for one, and where it has none.
    ///
    /// - Throws: ``RunError`` with 64 where it has none, and for a strategy that waits for more replicas than there are.
    func topology(for strategy: Strategy, at place: Coordinator.Place) throws(RunError) -> Topology? {
        // validate() has read it once, so it cannot be wrong here.
        let topology = (try? plannedTopology()) ?? nil
        guard case .embedded = place else {
            guard topology == nil else {
                throw RunError(
                    .usage,
                    strategy.usesServer
                        ? "--topology: the servers of a topology are private ones, and the sale is on yours; leave --redis (and STRESS_REDIS_URL) out"
                        : "--topology: the sale of the strategy \(strategy.name) is not in a Redis of the run's own")
            }
            return nil
        }
        if let problem = strategy.problemOfWaiting(replicas: topology?.replicasOfAPrimary ?? 0) {
            throw RunError(.usage, "\(problem); add --topology replicas:\(strategy.waitedReplicas)")
        }
        return topology
    }

    /// Where the strategy's sale takes place.
    ///
    /// - Throws: ``RunError`` with 64 for a URL that cannot be read, or may not be called.
    func place(of strategy: Strategy) throws(RunError) -> Coordinator.Place {
        guard !strategy.usesServer else {
            if service != nil {
                throw RunError(
                    .usage,
                    "--service: the sale of the strategy \(strategy.name) is in Redis, and in no service; a sale of a service has http: steps in buy:"
                )
            }
            let asksOthers = strategy.storeQueries.contains { $0.at != nil }
            return try tls.endpoint(redis: redis, othersMayNeedThem: asksOthers).map { .server($0) } ?? .embedded
        }
        let environment = ProcessInfo.processInfo.environment
        let variable = environment["STRESS_SERVICE_URL"].flatMap { $0.isEmpty ? nil : $0 }
        if service == nil, variable == nil, let start = strategy.serviceStart {
            return .starting(start, try endpoint(base: "", certificates: ca))
        }
        guard let url = service ?? variable ?? strategy.service else {
            if !strategy.asksService { return .elsewhere(nil) }
            throw RunError(
                .usage,
                "where the service is that buyers ask is wanted: --service http://127.0.0.1:8080, STRESS_SERVICE_URL, or service: in \(strategy.file)"
            )
        }
        let flag =
            service != nil ? "--service" : variable != nil ? "STRESS_SERVICE_URL" : "\(strategy.file): service"
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), !url.contains(where: { "?#".contains($0) }) else {
            throw RunError(
                .usage, "\(flag): a URL such as http://127.0.0.1:8080 is wanted; found \(RemoteRule.redacted(url))")
        }
        try RemoteRule.check(url: url, place: flag, allowsRemote: allowsRemote)
        return .elsewhere(try endpoint(base: url, certificates: ca))
    }

    private func endpoint(base: String, certificates: String?) throws(RunError) -> ServiceEndpoint {
        if let certificates { try Self.checkCertificates(certificates) }
        var endpoint = ServiceEndpoint(base: base, certificates: certificates, redirects: redirects)
        endpoint.staysHere = !allowsRemote
        return endpoint
    }

    private static func checkCertificates(_ path: String) throws(RunError) {
        let what = "certificates in PEM"
        do throws(InputProblem) {
            let text = String(decoding: try SmallInput.bytes(of: path, limit: 16 << 20), as: UTF8.self)
            guard text.contains("-----BEGIN CERTIFICATE-----") else {
                throw InputProblem(reason: "has none (-----BEGIN CERTIFICATE-----)")
            }
        } catch {
            throw RunError(
                .usage,
                error.isMissing
                    ? "--ca: the file \(path) does not exist" : "--ca: \(what) are wanted, and \(path) \(error.reason)")
        }
    }

    /// How other stores may be asked.
    func access(for place: Coordinator.Place) throws(RunError) -> Coordinator.StoreAccess {
        var own: RedisEndpoint?
        switch place {
        case .elsewhere, .starting: own = try tls.endpoint(redis: redis, othersMayNeedThem: true)
        case .embedded, .server: break
        }
        return Coordinator.StoreAccess(redis: own, allowsRemote: allowsRemote, tls: try tls.settings())
    }

    /// What the scenario keeps of it: never a password.
    func label(_ place: Coordinator.Place) -> String {
        switch place {
        case .embedded: "embedded"
        case .server(let endpoint): endpoint.redacted
        case .elsewhere, .starting: "none"
        }
    }

    /// What the scenario keeps of the service; nil where there is none.
    func serviceLabel(_ place: Coordinator.Place) -> String? {
        if case .starting(let start, _) = place { return start.source }
        return place.service.map { RemoteRule.redacted($0.base) }
    }
}
