extension FaultDescription {
    static let fillMemory = FaultDescription(
        does: "lets the server be full (maxmemory, noeviction), so that it refuses what may write with OOM",
        heals: "maxmemory and its policy are put back after the length",
        proof: "a write of our own was refused with OOM",
        place: .server, needsOwn: true, length: 200_000_000)
}
