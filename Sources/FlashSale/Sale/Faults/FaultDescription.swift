/// What a kind of fault is: what it does, how it heals, what proves that it had an effect, and what it may be used on.
package struct FaultDescription: Sendable {
    /// Who carries it out.
    package enum Place: Sendable {
        /// The coordinator, on the server.
        case server
        /// The coordinator, on the servers of a topology that the run started.
        case topology
        /// Every client, on attempts that the seed draws; where a service is asked, a proxy between it and its Redis.
        case wire
        /// The coordinator, on workers.
        case fleet
        /// The coordinator, on the service that the run started.
        case service
        /// Every client of a service, on attempts that the seed draws.
        case answers
    }

    /// A sentence without its end.
    package var does: String
    package var heals: String
    package var proof: String
    package var place: Place
    /// Whether only a server or service that the run started may suffer it.
    package var needsOwn = false
    /// Whether others on a server of the user's suffer, too, so that it needs `--allow-destructive` there.
    package var hurtsOthers = false
    /// How long it lasts where nobody says; nil where it is over at once, and a length means nothing.
    package var length: UInt64?
    /// The largest number for a fault that lasts to the end of the run where nobody says.
    package static let untilTheEnd = UInt64.max
    /// Of attempts, connections or workers where nobody says; nil where there is nothing to share.
    package var share: Double?

    package init(
        does: String, heals: String, proof: String, place: Place, needsOwn: Bool = false, hurtsOthers: Bool = false,
        length: UInt64? = nil, share: Double? = nil
    ) {
        self.does = does
        self.heals = heals
        self.proof = proof
        self.place = place
        self.needsOwn = needsOwn
        self.hurtsOthers = hurtsOthers
        self.length = length
        self.share = share
    }
}
