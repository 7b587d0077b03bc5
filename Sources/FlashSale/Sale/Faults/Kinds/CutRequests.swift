extension FaultDescription {
    static let cutRequests = FaultDescription(
        does:
            "closes the connection in the middle of an attempt's first request that may write: it is never executed, and nobody knows",
        heals: "the client connects again",
        proof: "how many attempts were struck",
        place: .wire, length: FaultDescription.untilTheEnd, share: 0.01)
}
