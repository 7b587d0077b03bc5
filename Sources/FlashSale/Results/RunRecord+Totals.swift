extension RunRecord {
    /// How many there were of each kind. In `run.json` the counts of the tally stand beside the others.
    package struct Totals: Codable, Sendable, Equatable {
        package var buyers: Int
        package var purchases: Int
        /// Of all attempts.
        package var tally: Tally

        package init(buyers: Int, purchases: Int, tally: Tally) {
            self.buyers = buyers
            self.purchases = purchases
            self.tally = tally
        }

        /// What a history tells. Buyers who never came, because the run ended by time, are none of it.
        package init(_ survey: Survey, _ scenario: Scenario) {
            self.init(
                buyers: survey.purchases.buyers(scenario), purchases: survey.purchases.count, tally: survey.tally)
        }

        private enum CodingKeys: String, CodingKey { case buyers, purchases }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            buyers = try container.decode(Int.self, forKey: .buyers)
            purchases = try container.decode(Int.self, forKey: .purchases)
            tally = try Tally(from: decoder)
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(buyers, forKey: .buyers)
            try container.encode(purchases, forKey: .purchases)
            try tally.encode(to: encoder)
        }
    }

    /// How many purchases ended in which way.
    package struct Purchases: Codable, Sendable, Equatable {
        package var won = 0
        package var soldOut = 0
        package var gaveUp = 0
        package var refused = 0
        package var failed = 0
        package var unknown = 0
        package var notStarted = 0
        package var returned = 0
        /// Absent where no purchase takes its time.
        package var lapsed: Int?

        package init() {}

        /// Counts that a run of an earlier version did not have are 0.
        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            won = try container.decode(Int.self, forKey: .won)
            soldOut = try container.decode(Int.self, forKey: .soldOut)
            gaveUp = try container.decode(Int.self, forKey: .gaveUp)
            refused = try container.decode(Int.self, forKey: .refused)
            failed = try container.decode(Int.self, forKey: .failed)
            unknown = try container.decode(Int.self, forKey: .unknown)
            notStarted = try container.decode(Int.self, forKey: .notStarted)
            returned = try container.decodeIfPresent(Int.self, forKey: .returned) ?? 0
            lapsed = try container.decodeIfPresent(Int.self, forKey: .lapsed)
        }

        package init(_ purchases: PurchaseTable) {
            won = purchases.count(.won)
            soldOut = purchases.count(.soldOut)
            gaveUp = purchases.count(.gaveUp)
            refused = purchases.count(.refused)
            failed = purchases.count(.failed)
            unknown = purchases.count(.unknown)
            notStarted = purchases.count(.notStarted)
            returned = purchases.count(.returned)
            if purchases.takeTheirTime { lapsed = purchases.count(.lapsed) }
        }
    }
}
