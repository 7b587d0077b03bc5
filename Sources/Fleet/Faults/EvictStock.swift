internal import CLinux
internal import FlashSale
internal import Shop

/// `evict-stock`: removes the keys that the probe names, between two commands of buyers.
struct EvictStock: FaultAction {
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        let keys = sale.stockKeys
        let started = Clock.nanoseconds()
        do throws(RunError) {
            let around = try sale.readStock(around: [[Array("UNLINK".utf8)] + keys])
            let removed = (around.answers.first ?? nil) ?? 0
            guard removed > 0 else {
                return FaultEffect(.unproven, "no key of the stock was there: the probe found \(around.before.inWords)")
            }
            return FaultEffect(
                .proven,
                "\(removed.counted("key")) of the stock went: the probe found \(around.before.inWords) before and \(around.after.inWords) after",
                struck: removed, reset: StockReset(scene.fault.kind, around))
        } catch {
            return FaultEffect(
                .unproven, error.message, reset: .unknown(scene.fault.kind, since: started, because: error.message))
        }
    }
}
