internal import CLinux
internal import EmbeddedRedis
internal import FlashSale
internal import Shop

/// A private server that is down, and comes back with its doors closed: the stock is read before buyers are let in again.
struct RestartedServer {
    let kind: FaultKind
    /// CLOCK_MONOTONIC before anything was done to it.
    private let started = Clock.nanoseconds()

    init(_ kind: FaultKind) { self.kind = kind }

    /// Something was done to it, or is not seen to have been: what it has forgotten is not known.
    func notSeen(_ error: ServerFaultError) -> FaultEffect {
        if case .refused = error { return FaultEffect(.unproven, "\(error)") }
        return FaultEffect(
            .unproven, "\(error)", reset: .unknown(kind, since: started, because: "\(error)"))
    }

    /// Starts it again, reads what it still has, and lets buyers in.
    func comeBack(_ sale: inout Sale, _ server: EmbeddedServer) -> FaultEffect {
        do throws(ServerFaultError) {
            let closed = try server.restart()
            let found: StockReadings
            do throws(RunError) {
                found = try sale.readStock(at: closed.endpoint)
            } catch {
                found = StockReadings(.unreadable(error.message))
            }
            let ended = Clock.nanoseconds()
            try closed.reopen()
            sale.renewConnection()
            let reset = StockReset(
                kind, startedNs: started, endedNs: ended, before: nil, after: found, cutConnections: true,
                mayForget: true)
            return FaultEffect(
                .proven,
                "back with run_id \(closed.after.runID.prefix(8)) instead of \(closed.before.runID.prefix(8)), and the probe found \(found.inWords) before buyers came back",
                reset: reset)
        } catch {
            return notSeen(error)
        }
    }
}
