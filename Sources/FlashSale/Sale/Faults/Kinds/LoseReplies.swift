extension FaultDescription {
    static let loseReplies = FaultDescription(
        does:
            "sends the first command of an attempt that may write in full, and closes the connection without reading the reply once it begins to come: it was executed, and its buyer cannot know",
        heals: "the client connects again",
        proof: "how many replies came and were left unread",
        place: .wire, length: FaultDescription.untilTheEnd, share: 0.01)
}
