internal import EmbeddedRedis
internal import FlashSale
internal import Shop

/// `freeze-redis`: the server's process is stopped for a while.
struct FreezeRedis: FaultAction {
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let server = scene.server else { return FaultEffect(.missed, "the run has no server of its own") }
        do throws(ServerFaultError) {
            let identity = try server.freeze()
            return FaultEffect(.proven, "process \(identity.processID) was seen stopped (state T)", lasts: true)
        } catch {
            return FaultEffect(.unproven, "\(error)")
        }
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let server = scene.server else { return FaultEffect(.missed, "") }
        do throws(ServerFaultError) {
            _ = try server.thaw()
            return FaultEffect(.proven, "and went on")
        } catch {
            return FaultEffect(.unproven, "\(error)")
        }
    }
}
