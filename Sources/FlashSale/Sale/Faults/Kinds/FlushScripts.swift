extension FaultDescription {
    static let flushScripts = FaultDescription(
        does: "lets the server forget all scripts (SCRIPT FLUSH), as a restart or a failover does",
        heals: "clients load them again when they are told NOSCRIPT",
        proof: "the server knew a script of the sale and does not any more",
        place: .server, hurtsOthers: true)
}
