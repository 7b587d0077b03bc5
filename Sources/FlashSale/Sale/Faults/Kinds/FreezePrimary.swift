extension FaultDescription {
    static let freezePrimary = FaultDescription(
        does:
            "stops the primary's process (SIGSTOP) until a replica has taken its place; its clients stay with it, and as it goes on it acknowledges what they ask until it learns that it is primary no more",
        heals: "goes on after the length, or once a replica is primary if that comes later, and becomes a replica",
        proof: "the process was seen stopped, who was primary and who is, and the stock that the new one has",
        place: .topology, needsOwn: true, length: 1_500_000_000)
}
