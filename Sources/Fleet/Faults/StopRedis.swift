internal import EmbeddedRedis
internal import FlashSale
internal import Shop

/// `stop-redis`: SIGTERM, as an operator does, and back on the same data.
struct StopRedis: FaultAction {
    private var comingBack = RestartedServer(.stopRedis)

    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let server = scene.server else { return FaultEffect(.missed, "the run has no server of its own") }
        comingBack = RestartedServer(.stopRedis)
        do throws(ServerFaultError) {
            let end = try server.shutDown()
            return FaultEffect(
                .proven, "process \(end.server.processID) ended after SIGTERM with \(end.how)", lasts: true)
        } catch {
            return comingBack.notSeen(error)
        }
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let server = scene.server else { return FaultEffect(.missed, "") }
        return comingBack.comeBack(&sale, server)
    }
}
