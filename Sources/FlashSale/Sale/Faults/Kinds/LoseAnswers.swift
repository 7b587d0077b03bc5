extension FaultDescription {
    static let loseAnswers = FaultDescription(
        does: "sends a request to the service in full and closes the connection without reading the answer",
        heals: "the client connects again",
        proof: "how many attempts were struck",
        place: .answers, length: FaultDescription.untilTheEnd, share: 0.01)
}
