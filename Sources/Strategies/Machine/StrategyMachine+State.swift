internal import FlashSale

/// Where an attempt is, and what it knows.
extension StrategyMachine {
    /// What the attempt's commands are filled with, beside its context.
    struct Values {
        var generator = SplitMix64(seed: 0)
        /// Drawn once for each attempt.
        var random = 0
        var captures: [Capture]
        /// Numbers that the file says to draw, once for each attempt.
        var draws: [Int] = []
        /// The shelf that the attempt looks at, from 1, and how many it has looked at before.
        var shelf = 0
        var looks = 0
        /// Captures that were taken in this attempt, one bit each.
        var taken: UInt64 = 0
        /// Those that every attempt of this client has from its sign-in.
        var kept: UInt64 = 0
        /// Those that the hold has which this attempt follows.
        var resumed: UInt64 = 0
    }

    struct Capture {
        var number: Int?
        var bytes: [UInt8] = []
    }

    /// Where the attempt is, and what has to come before it goes on.
    struct Place {
        /// The step whose replies come next.
        var current = 0
        /// The step after the last one of the phase.
        var end = 0
        /// Replies of ``current`` that are still to come.
        var repliesLeft = 0
        /// The step after the last one that was sent.
        var sentEnd = 0
        /// Replies to throw away: UNWATCH's before the attempt, those of loading a script again, or those after its end was
        /// decided.
        var repliesToSkip = 0
        /// Whether the script of ``current`` was loaded again.
        var hasReloaded = false
    }

    enum Phase {
        case buying
        /// The outcome is decided, and replies to what went out with it are still to come.
        case draining
        /// The current step goes to another node, and replies to what went out with it are still to come.
        case redirected
        /// A node is asked whether it has keys of a transaction that is meant for another one.
        case probing
        /// The `finally` steps.
        case closing
    }

    /// Whether a command that may have an effect was sent: before the current step, and at all.
    struct Written {
        var before = false
        var atAll = false
    }

    /// WATCH on this connection.
    struct Watch {
        /// Whether the attempt watches.
        var isOn = false
        /// Whether a WATCH ended without EXEC, so that UNWATCH goes out with the next bytes.
        var isOwed: Bool
        /// Whether what it watches is at the node that ASK has named.
        var isElsewhere = false
        /// As ``isOwed``, at that node.
        var isOwedElsewhere: Bool

        init(isOwed: Bool) {
            self.isOwed = isOwed
            isOwedElsewhere = isOwed
        }

        /// What follows must not depend on what was watched.
        @inline(__always)
        mutating func leave() {
            if isOn {
                isOwed = true
                if isElsewhere { isOwedElsewhere = true }
                end()
            }
        }

        /// Nothing is watched any more.
        @inline(__always)
        mutating func end() {
            isOn = false
            isElsewhere = false
        }
    }

    /// What came back for MULTI and for the commands that it queued.
    struct TransactionReplies {
        var multiWasRefused = false
        var somethingWasAccepted = false
        /// Whether an error says something of what was asked, and not only that the server does not serve now.
        var hasAnswer = false
    }
}
