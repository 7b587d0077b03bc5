internal import EmbeddedRedis
internal import FlashSale
internal import Shop

/// `move-slot`: the sale's slot and its keys go to another primary. Nothing is forgotten, so no epoch ends.
struct MoveSlot: FaultAction {
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        do throws(ServerFaultError) {
            let (topology, slot, _) = try scene.place(of: sale)
            guard let slot else { throw .refused("there is no cluster, and so no slot") }
            let moved = try topology.moveSlot(slot)
            return FaultEffect(
                moved.keys > 0 ? .proven : .unproven,
                "slot \(moved.slot) went with \(moved.keys.counted("key")) from port \(moved.from.port) to port \(moved.to.port)",
                struck: moved.keys)
        } catch {
            return FaultEffect(.unproven, "\(error)")
        }
    }
}
