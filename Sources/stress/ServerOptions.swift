internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import RedisDriver

extension Scenario.Persistence: ExpressibleByArgument {}

/// The flags that say which Redis.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "redis://user:password@host:port/db or unix:///path. Default: $STRESS_REDIS_URL, otherwise a private server. A password is better given in $REDISCLI_AUTH.",
            valueName: "url"))
    var redis: String?

    @Option(help: "How the private server keeps its data: none, rdb, everysec or always.")
    var persistence = Scenario.Persistence.none

    @Flag(
        name: .customLong("no-rehearsal-guard"),
        help:
            "Send scripts to a server of your own without having seen in a rehearsal on a private one that they touch only keys of the run. The report says so."
    )
    var skipsRehearsalGuard = false

    func validate() throws {
        if redis?.isEmpty == true {
            throw ValidationError("--redis: a URL such as redis://127.0.0.1:6379 is wanted; found nothing")
        }
    }

    /// The server that is meant.
    ///
    /// - Throws: ``RunError`` with 64 for a URL that cannot be read.
    func place() throws(RunError) -> Coordinator.Place {
        try Self.endpoint(redis: redis).map { .server($0) } ?? .embedded
    }

    /// The user's server, from the flag or else from the environment; nil if neither names one.
    ///
    /// - Throws: ``RunError`` with 64 for a URL that cannot be read.
    static func endpoint(redis: String?) throws(RunError) -> RedisEndpoint? {
        let environment = ProcessInfo.processInfo.environment
        guard let url = redis ?? environment["STRESS_REDIS_URL"], !url.isEmpty else { return nil }
        do throws(RedisURLError) {
            return try RedisEndpoint(url: url, environment: environment)
        } catch {
            throw RunError(.usage, "\(redis == nil ? "STRESS_REDIS_URL" : "--redis"): \(error)")
        }
    }

    /// What the scenario keeps of it: never a password.
    func label(_ place: Coordinator.Place) -> String {
        switch place {
        case .embedded: "embedded"
        case .server(let endpoint): endpoint.redacted
        }
    }
}
