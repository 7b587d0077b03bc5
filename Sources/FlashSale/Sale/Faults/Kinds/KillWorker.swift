extension FaultDescription {
    static let killWorker = FaultDescription(
        does: "ends worker processes with SIGKILL: their buyers stop in the middle of what they do",
        heals: "it does not: the rest of their buyers never come",
        proof: "the processes are gone, ended by that signal",
        place: .fleet, share: 0.01)
}
