extension FaultDescription {
    static let repeatRequests = FaultDescription(
        does:
            "sends an attempt's first command that may write a second time on a new connection, as a client library does that sends again after a time-out, and takes the second reply",
        heals: "nothing is left to heal",
        proof: "how many attempts were struck",
        place: .wire, length: FaultDescription.untilTheEnd, share: 0.01)
}
