extension FaultDescription {
    static let stopRedis = FaultDescription(
        does:
            "ends the server as an operator does (SIGTERM, which saves where --persistence rdb says so) and starts it again",
        heals: "started again after the length, read before buyers come back",
        proof: "another run_id than before, and the stock before buyers came back",
        place: .server, needsOwn: true, length: 100_000_000)
}
