extension FaultDescription {
    static let loseAnswers = FaultDescription(
        does:
            "sends an attempt's first request that may write to the service in full, and closes the connection at the first byte of the answer: its buyer cannot know what the service did",
        heals: "the client connects again",
        proof: "how many answers came and were left unread",
        place: .answers, length: FaultDescription.untilTheEnd, share: 0.01)
}
