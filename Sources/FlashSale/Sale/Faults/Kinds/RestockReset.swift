extension FaultDescription {
    static let restockReset = FaultDescription(
        does: "runs the commands of open: again in mid-sale, as an instance of a service does that starts late",
        heals: "it does not: the sale has to cope",
        proof: "the stock before and after",
        place: .server)
}
