internal import CLinux
internal import FlashSale
internal import Shop

/// `evict-keys`: the server is full and removes keys to make room, again and again until it is healed. Nobody can tell what
/// buyers met meanwhile, so all of that time is one boundary between two epochs.
struct EvictKeys: FaultAction {
    private var limit = MemoryLimit()
    private var started: UInt64 = 0
    private var before = StockReadings(.unread)
    private var evictedBefore = 0

    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        started = Clock.nanoseconds()
        do throws(RunError) {
            try limit.remember(&sale)
            evictedBefore = try evicted(&sale)
            let around = try sale.readStock(around: limit.full(policy: "allkeys-random").map(Self.bytes))
            before = around.before
            return FaultEffect(.proven, "", lasts: true)
        } catch {
            return FaultEffect(.unproven, error.message, lasts: limit.isRemembered)
        }
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        do throws(RunError) {
            // A server that is full queues nothing, so buyers may come in between.
            for words in limit.former.reversed() { try MemoryLimit.expectOK(words, &sale) }
            let around = try sale.readStock(around: [])
            let count = try evicted(&sale) - evictedBefore
            let reset = StockReset(
                scene.fault.kind, startedNs: started, endedNs: around.endedNs, before: before,
                after: around.after, cutConnections: false, mayForget: false)
            return FaultEffect(
                count > 0 ? .proven : .unproven,
                "the server evicted \(count.counted("key")): the probe found \(before.inWords) before and \(around.after.inWords) after",
                struck: count, reset: reset)
        } catch {
            return FaultEffect(
                .unproven, error.message, reset: .unknown(scene.fault.kind, since: started, because: error.message))
        }
    }

    private func evicted(_ sale: inout Sale) throws(RunError) -> Int { sale.counters()?.evictedKeys ?? 0 }

    private static func bytes(_ words: [String]) -> [[UInt8]] { words.map { Array($0.utf8) } }
}
