extension FaultDescription {
    static let killConnections = FaultDescription(
        does: "closes connections of buyers on the server's side (CLIENT KILL of our own ids), whatever they wait for",
        heals: "clients connect again as new connections",
        proof: "how many connections the server closed",
        place: .server, share: 1)
}
