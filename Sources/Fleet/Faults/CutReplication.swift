internal import EmbeddedRedis
internal import FlashSale
internal import Shop

/// `cut-replication`: the primary goes on alone, and is then ended with all that only it knew.
struct CutReplication: FaultAction {
    private var succession = Succession(.cutReplication)
    private var cut: [EmbeddedServer] = []

    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        succession = Succession(.cutReplication)
        do throws(ServerFaultError) {
            let (topology, _, old) = try scene.place(of: sale)
            cut = try topology.cutReplication(of: old)
            return FaultEffect(.proven, "the links of \(cut.count.counted("replica")) were seen down", lasts: true)
        } catch {
            return FaultEffect(.unproven, "\(error)", lasts: !cut.isEmpty)
        }
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        do throws(ServerFaultError) {
            let (topology, slot, old) = try scene.place(of: sale)
            let end = try old.crash()
            let next = try topology.successor(of: old, slot: slot)
            let effect = succession.read(
                &sale, "process \(end.server.processID) ended with \(end.how)", from: old, to: next)
            try? topology.mendReplication(of: cut)
            let back = FaultEffect.ofReturn { () throws(ServerFaultError) in try topology.bringBack(old, behind: next) }
            return effect.followed(by: back)
        } catch {
            try? scene.topology?.mendReplication(of: cut)
            return succession.notSeen(error)
        }
    }
}

extension FaultEffect {
    /// The same, with what else was seen later.
    func followed(by later: FaultEffect) -> FaultEffect {
        var effect = self
        effect.proof += "; \(later.proof)"
        return effect
    }
}
