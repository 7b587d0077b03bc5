/// How far a run is while its doors are open.
package struct RunProgress: Sendable, Equatable {
    /// A fault that has begun.
    package struct Fault: Sendable, Equatable {
        /// As `--fault` takes it.
        package var fault: String
        /// Since the doors opened.
        package var beganSeconds: Double
        package var isUnderWay: Bool

        package init(fault: String, beganSeconds: Double, isUnderWay: Bool) {
            self.fault = fault
            self.beganSeconds = beganSeconds
            self.isUnderWay = isUnderWay
        }
    }

    /// What the journals show so far.
    package struct Recorded: Sendable, Equatable {
        /// Attempts that ended.
        package var tally: Tally
        /// Units that buyers were told are theirs; calls that only repeat what was sold before count, too.
        package var unitsWon: Int
        /// From the invocation, of the attempts that ended since the doors opened; nil until there are some. It is made anew once a
        /// second.
        package var latencyUs: RunRecord.Latency?
        /// The same of about one second; nil until the first is over.
        package var lastSecond: LastSecond?

        package init(
            tally: Tally = Tally(), unitsWon: Int = 0, latencyUs: RunRecord.Latency? = nil,
            lastSecond: LastSecond? = nil
        ) {
            self.tally = tally
            self.unitsWon = unitsWon
            self.latencyUs = latencyUs
            self.lastSecond = lastSecond
        }
    }

    /// The last second that is over.
    package struct LastSecond: Sendable, Equatable {
        /// How long it really was.
        package var seconds: Double
        package var latencyUs: RunRecord.Latency

        package init(seconds: Double, latencyUs: RunRecord.Latency) {
            self.seconds = seconds
            self.latencyUs = latencyUs
        }

        /// Attempts that ended in it, a second.
        package var attemptsPerSecond: Double { seconds > 0 ? Double(latencyUs.samples) / seconds : 0 }
    }

    /// Since the doors opened.
    package var elapsedSeconds: Double
    /// Attempts that ended, as workers have told.
    package var attempts: Int
    /// Purchases that won.
    package var won: Int
    /// Purchases that ended.
    package var purchases: Int
    /// Units that buyers were told are theirs; about so many where quantities differ and purchases are repeated.
    package var unitsSold: Int
    /// Units that were given to the sale since the doors opened.
    package var restocked = 0
    /// In the order in which they were planned.
    package var faults: [Fault] = []
    /// Whether buying is ending.
    package var isClosing = false
    /// nil where nobody looks at the journals.
    package var recorded: Recorded?

    package init(elapsedSeconds: Double, attempts: Int, won: Int, purchases: Int, unitsSold: Int) {
        self.elapsedSeconds = elapsedSeconds
        self.attempts = attempts
        self.won = won
        self.purchases = purchases
        self.unitsSold = unitsSold
    }
}
