extension FaultDescription {
    static let killService = FaultDescription(
        does: "ends the service that the run started, with all its processes (SIGKILL), and starts it again",
        heals: "started again after the length, and ready as it was before",
        proof: "its processes are gone and others are there",
        place: .service, needsOwn: true, length: 100_000_000)
}
