extension FaultDescription {
    static let cutRequests = FaultDescription(
        does:
            "closes the connection in the middle of an attempt's first request that may write: it is never executed, and its buyer cannot know",
        heals: "the client connects again",
        proof: "how many requests were sent by half",
        place: .wire, length: FaultDescription.untilTheEnd, share: 0.01)
}
