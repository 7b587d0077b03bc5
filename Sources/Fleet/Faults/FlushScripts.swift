internal import FlashSale
internal import Shop
internal import Strategies

/// `flush-scripts`: the server forgets the scripts that were loaded.
struct FlushScripts: FaultAction {
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        let hashes = sale.scriptHashes.values.sorted()
        do throws(RunError) {
            let before = try known(hashes, &sale)
            let reply = try sale.callForFault(["SCRIPT", "FLUSH"])
            guard reply.kind != .error else {
                return FaultEffect(.missed, "the server refuses SCRIPT FLUSH: \(sale.shown(reply))")
            }
            // Clients may have loaded them again by now, so what follows is not asked.
            guard before > 0 else { return FaultEffect(.unproven, "the server knew no script of the sale") }
            return FaultEffect(
                .proven, "SCRIPT FLUSH was answered OK, and the server knew \(before.counted("script")) of the sale",
                struck: before)
        } catch {
            return FaultEffect(.unproven, error.message)
        }
    }

    private func known(_ hashes: [String], _ sale: inout Sale) throws(RunError) -> Int {
        guard !hashes.isEmpty else { return 0 }
        let reply = try sale.callForFault(["SCRIPT", "EXISTS"] + hashes)
        return (0..<hashes.count).count { reply.element($0).flatMap { reply.integer(at: $0) } == 1 }
    }
}
