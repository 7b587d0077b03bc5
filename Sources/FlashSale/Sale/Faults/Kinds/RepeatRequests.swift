extension FaultDescription {
    static let repeatRequests = FaultDescription(
        does:
            "sends an attempt's first command that may write, leaves the reply unread, sends the same bytes again on a new connection, as a client library does after a time-out, and goes on with the second reply",
        heals: "nothing is left to heal",
        proof: "how many requests were answered and sent again",
        place: .wire, length: FaultDescription.untilTheEnd, share: 0.01)
}
