extension FaultDescription {
    static let cutReplication = FaultDescription(
        does:
            "cuts the replicas off from the primary, which goes on alone for the length; then it is ended with SIGKILL, and a replica takes its place that lacks what was sold meanwhile",
        heals: "started again once a replica is primary, as its replica",
        proof: "the links were seen down, who was primary and who is, and the stock that the new one has",
        place: .topology, needsOwn: true, length: 300_000_000)
}
