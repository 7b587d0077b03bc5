extension FaultDescription {
    static let failover = FaultDescription(
        does:
            "hands the sale over to a replica in an orderly way: FAILOVER with replicas:N, SENTINEL FAILOVER, or CLUSTER FAILOVER",
        heals: "it does not: the replica stays primary, and who was it becomes its replica",
        proof: "who was primary and who is, and the stock that the new one has",
        place: .topology, needsOwn: true)
}
