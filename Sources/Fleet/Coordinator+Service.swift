internal import EmbeddedRedis
package import FlashSale
internal import Foundation
internal import HTTPTransport
internal import Host
internal import Proxy
internal import RedisDriver
internal import Services
internal import Strategies

/// Sales of a service that the run starts.
extension Coordinator {
    /// Runs the sale. To be called on the main thread.
    ///
    /// A service that the file says how to start is started before, with a private Redis where it is told of one (`{redis}`), and is
    /// gone afterwards: it may be asked until the last question is answered.
    ///
    /// - Throws: ``RunError`` if the doors could not be opened; then nothing was sold and nothing is left behind.
    package func run() throws(RunError) -> CompletedRun {
        guard case .starting(let start, var endpoint) = place else { return try runSale() }
        var sale = self
        if start.namesRedis, access.redis == nil {
            let server = try privateRedis()
            sale.companions.redis = server
            sale.access.redis = server.endpoint
        }
        defer { sale.companions.redis?.stop() }
        try Interruption.check()
        let proxy = try proxy(to: start.namesRedis ? sale.access.redis : nil)
        defer { proxy?.stop() }
        sale.companions.wire = proxy.map { ServiceWire($0, seed: scenario.seed) }
        let service = try ServiceProcess.start(
            settings(of: start, redis: proxy.map { Self.endpoint(of: $0) } ?? sale.access.redis))
        // Before the server that it uses.
        defer { service.stop() }
        sale.companions.service = service
        endpoint.base = service.url
        sale.place = .elsewhere(endpoint)
        let record = record(of: service, start, redis: sale.access.redis, isPrivate: sale.companions.redis != nil)
        do throws(RunError) {
            var completed = try sale.runSale()
            completed.startedService = record
            // Its last rows are written as it stops; nobody asks the service any more.
            proxy?.stop()
            if let problem = proxy?.recordProblem {
                completed.findings.append(
                    Finding(
                        .resultsIncomplete,
                        "Commands of the service are missing in \(RunLayout.serviceCommands): \(problem.message)."))
            }
            if completed.facts.doubts.serverLoss == .serviceDied {
                completed.findings.insert(death(of: service), at: 0)
            }
            return completed
        } catch {
            guard service.death != nil, error.status != .interrupted else { throw error }
            throw RunError(error.status, "\(error.message) (\(death(of: service).detail))")
        }
    }

    /// The URL that `{redis}` becomes is made from the endpoint that is given here, and nowhere else.
    private func settings(of start: Strategy.ServiceStart, redis: RedisEndpoint?) -> ServiceSettings {
        ServiceSettings(
            start: start, file: strategy.file, logPath: folder.serviceLogPath, dataFolder: folder.serviceDataPath,
            redis: start.namesRedis ? redis : nil, executable: executable,
            environment: ProcessInfo.processInfo.environment)
    }

    /// Stands between the service and its Redis, and records what passes.
    private func proxy(to redis: RedisEndpoint?) throws(RunError) -> ProxyServer? {
        guard let redis else { return nil }
        return try ProxyServer.start(to: redis, record: folder.serviceCommandsPath, answersAuth: true)
    }

    /// The proxy signs in by itself.
    private static func endpoint(of proxy: ProxyServer) -> RedisEndpoint {
        RedisEndpoint(transport: .tcp(host: "127.0.0.1", port: proxy.port))
    }

    private func privateRedis() throws(RunError) -> EmbeddedServer {
        do throws(EmbeddedServerError) {
            // How many connections a service opens is its own affair.
            return try EmbeddedServer.start(
                persistence: scenario.persistence,
                maximumClients: FileDescriptors.serverClients(for: 0, limit: FileDescriptors.raiseLimit()))
        } catch {
            // Ctrl-C reaches the guard, too.
            try Interruption.check()
            throw RunError(.unavailable, error.description)
        }
    }

    private func record(
        of service: ServiceProcess, _ start: Strategy.ServiceStart, redis: RedisEndpoint?, isPrivate: Bool
    ) -> RunRecord.StartedService {
        RunRecord.StartedService(
            words: start.words.map { $0.source.contains("://") ? RemoteRule.redacted($0.source) : $0.source },
            url: service.url,
            variables: start.variables.map(\.name),
            redis: start.namesRedis ? isPrivate ? "embedded" : redis?.redacted : nil, processes: service.members.count)
    }

    private func death(of service: ServiceProcess) -> Finding {
        var detail = "The service that the run had started died"
        if let ending = service.death { detail += " (\(ending))" }
        detail += ". The run was ended then, and only what buyers were told was checked."
        if let words = service.log.lastLines.last {
            detail += " The last line of its output, which is in \(RunLayout.serviceLog): \(words)"
        } else {
            detail += " It has written nothing."
        }
        return Finding(.serviceDied, detail)
    }
}
