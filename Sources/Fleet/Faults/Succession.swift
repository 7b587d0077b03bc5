internal import CLinux
internal import EmbeddedRedis
internal import FlashSale
internal import RedisDriver
internal import Shop

/// A sale that another server has from now on: until it was read there, nobody knows which server an attempt was at.
///
/// So the boundary between the two epochs lasts from before anything was done until the former primary takes no writes any more,
/// and whatever was under way meanwhile belongs to either. Orders that are missing at the end of wins from before its end are what
/// the servers forgot.
struct Succession {
    let kind: FaultKind
    /// CLOCK_MONOTONIC before anything was done.
    private let started = Clock.nanoseconds()

    init(_ kind: FaultKind) { self.kind = kind }

    /// Something was done, or is not seen to have been: what was forgotten is not known.
    func notSeen(_ error: ServerFaultError) -> FaultEffect {
        if case .refused = error { return FaultEffect(.unproven, "\(error)") }
        return FaultEffect(.unproven, "\(error)", reset: .unknown(kind, since: started, because: "\(error)"))
    }

    /// Reads the stock that the new primary has, now that the former one takes no writes any more.
    ///
    /// - Parameter words: what was done, a sentence without its end.
    func read(
        _ sale: inout Sale, _ words: String, from old: EmbeddedServer, to next: EmbeddedServer, lasts: Bool = false
    ) -> FaultEffect {
        let found: StockReadings
        do throws(RunError) {
            found = try sale.readStock(at: next.endpoint)
        } catch {
            found = StockReadings(.unreadable(error.message))
        }
        let ended = Clock.nanoseconds()
        sale.renewConnection()
        var reset = StockReset(
            kind, startedNs: started, endedNs: ended, before: nil, after: found, cutConnections: false,
            mayForget: true)
        (reset.from, reset.to) = (old.address.description, next.address.description)
        return FaultEffect(
            .proven,
            "\(words); \(next.address) is primary after \(old.address), and the probe found \(found.inWords) there",
            reset: reset, lasts: lasts)
    }
}

extension FaultScene {
    /// The servers that the sale is on, with its slot and its primary.
    ///
    /// - Throws: where the run has no such servers, or none of them tells.
    func place(of sale: borrowing Sale) throws(ServerFaultError) -> (
        topology: EmbeddedTopology, slot: Int?, primary: EmbeddedServer
    ) {
        guard let topology else { throw .refused("the run has no topology of its own") }
        let slot = try topology.slot(of: sale.tagAtHome)
        return (topology, slot, try topology.primary(of: slot))
    }
}
