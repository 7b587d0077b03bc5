extension RunRecord.Totals {
    /// What a history tells. Buyers who never came, because the run ended by time, are none of it.
    package init(_ survey: Survey, _ scenario: Scenario) {
        self.init(
            buyers: survey.purchases.buyers(scenario), purchases: survey.purchases.count, tally: survey.tally)
    }
}
