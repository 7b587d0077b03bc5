internal import EmbeddedRedis
internal import FlashSale
internal import Host
internal import RedisDriver

/// What a run started for its sale: one server, or several that belong together.
struct PrivateServers {
    /// nil where there are several.
    let server: EmbeddedServer?
    /// nil where there is one.
    let topology: EmbeddedTopology?
    /// How clients find the one that takes writes.
    let endpoint: RedisEndpoint

    /// Starts them.
    ///
    /// - Throws: ``RunError`` with 69, or 130 if somebody asked to stop. Nothing is left behind then.
    init(for scenario: Scenario) throws(RunError) {
        let clients = FileDescriptors.serverClients(for: scenario.totalClients, limit: FileDescriptors.raiseLimit())
        do throws(EmbeddedServerError) {
            if let wanted = scenario.topology {
                let started = try EmbeddedTopology.start(
                    wanted, persistence: scenario.persistence, maximumClients: clients)
                (server, topology, endpoint) = (nil, started, started.endpoint)
            } else {
                let started = try EmbeddedServer.start(
                    persistence: scenario.persistence, maximumClients: clients,
                    powerCuts: scenario.faults?.contains { $0.kind == .powerCut } ?? false)
                (server, topology, endpoint) = (started, nil, started.endpoint)
            }
        } catch {
            // Ctrl-C reaches the guards, too.
            try Interruption.check()
            throw RunError(.unavailable, error.description)
        }
    }

    func stop() {
        server?.stop()
        topology?.stop()
    }

    /// Whether one is gone that nobody here ended.
    var hasDied: Bool { server?.status == .died || topology?.hasLost == true }
}
