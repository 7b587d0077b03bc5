extension FaultDescription {
    static let evictStock = FaultDescription(
        does:
            "removes the keys of the stock between two commands, as an eviction or an expiry does, and leaves the orders",
        heals: "it does not: the sale has to cope",
        proof: "the keys were there and are gone, and the stock before and after",
        place: .server)
}
