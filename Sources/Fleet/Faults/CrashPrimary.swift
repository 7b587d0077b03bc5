internal import EmbeddedRedis
internal import FlashSale
internal import Shop

/// `crash-primary`: SIGKILL, and a replica takes its place.
struct CrashPrimary: FaultAction {
    private var gone: (old: EmbeddedServer, next: EmbeddedServer)?

    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        let succession = Succession(.crashPrimary)
        do throws(ServerFaultError) {
            let (topology, slot, old) = try scene.place(of: sale)
            let end = try old.crash()
            let next = try topology.successor(of: old, slot: slot)
            gone = (old, next)
            return succession.read(
                &sale, "process \(end.server.processID) ended with \(end.how)", from: old, to: next, lasts: true)
        } catch {
            return succession.notSeen(error)
        }
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let topology = scene.topology, let gone else { return FaultEffect(.unproven, "") }
        return .ofReturn { () throws(ServerFaultError) in try topology.bringBack(gone.old, behind: gone.next) }
    }
}

extension FaultEffect {
    /// What came of bringing a former primary back, which changes nothing for the sale.
    static func ofReturn(_ bringBack: () throws(ServerFaultError) -> Void) -> FaultEffect {
        do throws(ServerFaultError) {
            try bringBack()
            return FaultEffect(.proven, "it came back as a replica")
        } catch {
            return FaultEffect(.proven, "it did not come back: \(error)")
        }
    }
}
