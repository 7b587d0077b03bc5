/// Something that may happen next.
package struct Offer: Sendable, Equatable {
    package var choice: Choice
    /// What is asked, with all that it depends on.
    package var phrase: Phrase
    /// What is asked, as the rule for those who ask again and again takes it: its name and its keys.
    package var question: UInt64
    package var footprint: Footprint
    /// Earlier steps that decide what comes of it, by their place, though they have no key in common: the write that has already
    /// undone a WATCH.
    package var causes: [Int]
    /// Buyers whom it stops or sets back, beside whose it is, so that its place among their steps matters.
    package var struck: Set<Int> = []
    /// The command for people.
    package var words: String

    package init(
        _ choice: Choice, phrase: Phrase, question: UInt64, footprint: Footprint, causes: [Int] = [], words: String
    ) {
        self.choice = choice
        self.phrase = phrase
        self.question = question
        self.footprint = footprint
        self.causes = causes
        self.words = words
    }

    /// Whether their order matters.
    func dependsOn(_ other: Offer) -> Bool {
        if let buyer = choice.buyer, buyer == other.choice.buyer || other.struck.contains(buyer) { return true }
        if let buyer = other.choice.buyer, struck.contains(buyer) { return true }
        if !struck.isEmpty, !struck.isDisjoint(with: other.struck) || other.choice == .restart { return true }
        return footprint.dependsOn(other.footprint)
    }
}

extension Offer {
    /// The server is restarted.
    static func restart(of buyers: Range<Int>) -> Offer {
        var offer = Offer(
            .restart, phrase: Phrase([Array("restart".utf8)]), question: 0, footprint: .everything,
            words: "the server is restarted")
        offer.struck = Set(buyers)
        return offer
    }

    /// So much time passes that every hold is over. What anybody does later may depend on it.
    static func lapse(milliseconds: Int, of buyers: Range<Int>) -> Offer {
        var offer = Offer(
            .lapse, phrase: Phrase([Array("lapse".utf8)]), question: 0, footprint: .everything,
            words: "\(milliseconds) ms pass, and every hold is over")
        offer.struck = Set(buyers)
        return offer
    }
}
