internal import EmbeddedRedis
internal import FlashSale
internal import Shop

/// `failover`: an orderly change of the primary.
struct Failover: FaultAction {
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        let succession = Succession(.failover)
        do throws(ServerFaultError) {
            let (topology, slot, old) = try scene.place(of: sale)
            let next = try topology.failOver(from: old, slot: slot)
            return succession.read(&sale, "handed over as was ordered", from: old, to: next)
        } catch {
            return succession.notSeen(error)
        }
    }
}
