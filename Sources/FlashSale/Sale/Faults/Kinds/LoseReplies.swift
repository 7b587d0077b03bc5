extension FaultDescription {
    static let loseReplies = FaultDescription(
        does:
            "sends the first command of an attempt that may write in full, and closes the connection without reading the reply: it was executed, and nobody knows",
        heals: "the client connects again",
        proof: "how many attempts were struck",
        place: .wire, length: FaultDescription.untilTheEnd, share: 0.01)
}
