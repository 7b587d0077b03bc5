extension FaultDescription {
    static let slowReplies = FaultDescription(
        does:
            "leaves the reply to an attempt's first command that may write unread for half a second, or for three quarters of --timeout if that is less",
        heals: "the reply is read",
        proof: "how many replies lay there unread for so long",
        place: .wire, length: FaultDescription.untilTheEnd, share: 0.01)
}
