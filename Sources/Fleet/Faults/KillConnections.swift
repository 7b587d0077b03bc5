internal import FlashSale
internal import Shop

/// `kill-connections`: the server closes connections of buyers, by the ids that it lists under our own name.
struct KillConnections: FaultAction {
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        do throws(RunError) {
            let ids = try sale.connectionIDs(named: scene.connectionName)
            guard !ids.isEmpty else { return FaultEffect(.unproven, "the server had no connection of a buyer") }
            let closed = try sale.closeConnections(scene.plan.struck(by: scene.index, of: ids.count).map { ids[$0] })
            return FaultEffect(
                closed > 0 ? .proven : .unproven,
                "the server closed \(closed.counted("connection")) of \(ids.count.grouped)", struck: closed)
        } catch {
            return FaultEffect(.unproven, error.message)
        }
    }
}
