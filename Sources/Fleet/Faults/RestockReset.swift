internal import CLinux
internal import FlashSale
internal import Shop

/// `restock-reset`: the commands of `open:` once more, in mid-sale.
struct RestockReset: FaultAction {
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let commands = sale.openingCommands else {
            return FaultEffect(.missed, "open: asks another store")
        }
        let started = Clock.nanoseconds()
        do throws(RunError) {
            let around = try sale.readStock(around: commands)
            return FaultEffect(
                .proven,
                "open: ran again: the probe found \(around.before.inWords) before and \(around.after.inWords) after",
                reset: StockReset(scene.fault.kind, around))
        } catch {
            return FaultEffect(
                .unproven, error.message, reset: .unknown(scene.fault.kind, since: started, because: error.message))
        }
    }
}
