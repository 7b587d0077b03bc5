extension FaultDescription {
    static let freezeWorker = FaultDescription(
        does: "stops worker processes for a while (SIGSTOP): their buyers hold what they hold",
        heals: "goes on after the length (SIGCONT)",
        proof: "the processes were seen stopped, with every thread",
        place: .fleet, length: 500_000_000, share: 0.01)
}
