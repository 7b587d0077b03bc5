extension FaultDescription {
    static let moveSlot = FaultDescription(
        does:
            "moves the slot of the sale with its keys to another primary of the cluster, key by key while buyers buy",
        heals: "it does not: the slot stays where it was moved to",
        proof: "the keys that were moved, and who has the slot",
        place: .topology, needsOwn: true)
}
