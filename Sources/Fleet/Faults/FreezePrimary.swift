internal import EmbeddedRedis
internal import FlashSale
internal import Shop

/// `freeze-primary`: it stands still while another takes its place, and does not know of it when it goes on.
struct FreezePrimary: FaultAction {
    private var succession = Succession(.freezePrimary)
    private var frozen: EmbeddedServer?

    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        succession = Succession(.freezePrimary)
        do throws(ServerFaultError) {
            let (_, _, old) = try scene.place(of: sale)
            let identity = try old.freeze()
            frozen = old
            return FaultEffect(.proven, "process \(identity.processID) was seen stopped (state T)", lasts: true)
        } catch {
            return succession.notSeen(error)
        }
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let topology = scene.topology, let old = frozen else { return FaultEffect(.unproven, "") }
        do throws(ServerFaultError) {
            let slot = try topology.slot(of: sale.tagAtHome)
            let next = try topology.successor(of: old, slot: slot)
            _ = try old.thaw()
            try topology.waitUntilDemoted(old, behind: next)
            return succession.read(&sale, "went on, and became a replica", from: old, to: next)
        } catch {
            // It must not stay frozen, whatever became of the others.
            _ = try? old.thaw()
            return succession.notSeen(error)
        }
    }
}
