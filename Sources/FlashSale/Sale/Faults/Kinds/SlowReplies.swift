extension FaultDescription {
    static let slowReplies = FaultDescription(
        does:
            "lets the reply to an attempt's first command that may write come late, by the time that --timeout leaves or half a second at most",
        heals: "the reply comes",
        proof: "how many attempts were struck",
        place: .wire, length: FaultDescription.untilTheEnd, share: 0.01)
}
