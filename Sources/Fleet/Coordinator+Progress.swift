internal import FlashSale

/// How far the run is, for displays.
extension Coordinator {
    /// What workers have told, and what their journals show.
    ///
    /// - Parameter elapsed: seconds since the doors opened.
    func progress(of workers: [WorkerProcess], elapsed: Double, _ watch: JournalWatch?) -> RunProgress {
        var sum = RunProgress(
            elapsedSeconds: elapsed, attempts: 0, won: 0, purchases: 0, unitsSold: soldUnits(workers))
        for case let progress? in workers.map(\.progress) {
            sum.attempts += progress.attempts
            sum.won += progress.won
            sum.purchases += progress.purchases
        }
        guard let recorded = watch?.recorded else { return sum }
        sum.recorded = recorded
        // Where each purchase wants as much as the others, its wins say it, and those of repeated purchases are none of it.
        if scenario.quantity.min != scenario.quantity.max, scenario.repeatEvery == nil {
            sum.unitsSold = recorded.unitsWon
        }
        return sum
    }
}
