extension FaultDescription {
    static let evictKeys = FaultDescription(
        does:
            "lets the server be full and make room (maxmemory, allkeys-random): it removes keys, those of the sale among them",
        heals: "maxmemory and its policy are put back after the length",
        proof: "evicted_keys grew, and the stock before and after",
        place: .server, needsOwn: true, length: 200_000_000)
}
