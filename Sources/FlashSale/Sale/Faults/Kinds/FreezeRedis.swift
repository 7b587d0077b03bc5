extension FaultDescription {
    static let freezeRedis = FaultDescription(
        does:
            "stops the server's process for a while (SIGSTOP): it keeps its data and its connections, and answers nobody",
        heals: "goes on after the length (SIGCONT)",
        proof: "the process was seen stopped, and nobody was answered meanwhile",
        place: .server, needsOwn: true, length: 500_000_000)
}
