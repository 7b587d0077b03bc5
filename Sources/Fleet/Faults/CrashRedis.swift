internal import EmbeddedRedis
internal import FlashSale
internal import Shop

/// `crash-redis`: SIGKILL, and back on the same data.
struct CrashRedis: FaultAction {
    private var comingBack = RestartedServer(.crashRedis)

    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let server = scene.server else { return FaultEffect(.missed, "the run has no server of its own") }
        comingBack = RestartedServer(.crashRedis)
        do throws(ServerFaultError) {
            let end = try server.crash()
            return FaultEffect(.proven, "process \(end.server.processID) ended with \(end.how)", lasts: true)
        } catch {
            return comingBack.notSeen(error)
        }
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let server = scene.server else { return FaultEffect(.missed, "") }
        return comingBack.comeBack(&sale, server)
    }
}
