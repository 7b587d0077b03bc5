extension FaultDescription {
    static let freezeService = FaultDescription(
        does: "stops the service that the run started, with all its processes (SIGSTOP)",
        heals: "goes on after the length (SIGCONT)",
        proof: "its processes were seen stopped",
        place: .service, needsOwn: true, length: 500_000_000)
}
