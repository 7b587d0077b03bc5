extension FaultDescription {
    static let powerCut = FaultDescription(
        does:
            "ends the server with SIGKILL and takes away every byte that it had not synced (fsync): the worst that a power cut may do. Which files there are is kept. It needs a redis-server that is linked dynamically",
        heals: "started again after the length, read before buyers come back",
        proof:
            "another run_id than before, how many bytes were cut from which files, and the stock before buyers came back",
        place: .server, needsOwn: true, length: 100_000_000)
}
