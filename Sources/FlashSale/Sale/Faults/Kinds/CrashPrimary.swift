extension FaultDescription {
    static let crashPrimary = FaultDescription(
        does:
            "ends the primary of the sale with SIGKILL: sentinels or the cluster promote a replica by themselves, with replicas:N the one that is furthest is promoted",
        heals: "started again after the length, as a replica",
        proof: "who was primary and who is, and the stock that the new one has",
        place: .topology, needsOwn: true, length: 500_000_000)
}
