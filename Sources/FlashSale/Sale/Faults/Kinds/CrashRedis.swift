extension FaultDescription {
    static let crashRedis = FaultDescription(
        does:
            "ends the server with SIGKILL and starts it again on the same data: what was written to its files is there, synced or not",
        heals: "started again after the length, read before buyers come back",
        proof: "another run_id than before, and the stock before buyers came back",
        place: .server, needsOwn: true, length: 100_000_000)
}
