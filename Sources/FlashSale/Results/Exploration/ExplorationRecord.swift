/// What `stress explore` found, as `explore.json` has it. The names are a contract with other programs; they are written in snake case.
package struct ExplorationRecord: Codable, Sendable, Equatable {
    /// One exploration: so many buyers, so many units, and what may break.
    package struct Phase: Codable, Sendable, Equatable {
        package var title: String
        package var buyers: Int
        package var purchasesPerBuyer: Int
        package var units: Int
        /// What follows the hold of each purchase (``AfterHold``); null where purchases do not take their time.
        package var afterHold: [String]?
        /// What each purchase wants, as items with `+` between them; null where purchases have no carts. ``units`` are then those of each item.
        package var carts: [String]?
        /// Times that something expires or lapses within one order, at most.
        package var expiries: Int
        /// What breaks within one order, at most.
        package var faults: Int
        /// What can break; empty where nothing does.
        package var with: [String]
        /// Whether every order was made, but for those that nobody can tell from another.
        package var complete: Bool
        /// Where it was not: every order with up to so many switches, expiries and faults was made; null for none.
        package var allUpTo: Int?
        /// Orders that were made to their end.
        package var orders: Int
        /// Orders that were begun.
        package var executions: Int
        /// Of these, those that went on as one before.
        package var redundant: Int
        /// Orders that could not be made.
        package var givenUp: Int
        /// Orders that were known to be left when it ended.
        package var left: Int
        /// Commands of all orders.
        package var commands: Int
        /// How the sale ended, each way once.
        package var ends: [String]
        /// What decided beside the order; null where nothing did.
        package var unsteady: String?
        /// What a check could not tell, the first time; null where all could.
        package var doubt: String?
        package var verdict: CheckResult.Result
        package var seconds: Double

        package init(
            title: String, buyers: Int, purchasesPerBuyer: Int, units: Int, afterHold: [String]? = nil,
            carts: [String]? = nil, expiries: Int, faults: Int, with: [String], complete: Bool,
            allUpTo: Int?, orders: Int, executions: Int, redundant: Int, givenUp: Int, left: Int, commands: Int,
            ends: [String], unsteady: String?, doubt: String?, verdict: CheckResult.Result, seconds: Double
        ) {
            (self.title, self.buyers, self.units, self.expiries) = (title, buyers, units, expiries)
            (self.faults, self.with, self.complete, self.allUpTo) = (faults, with, complete, allUpTo)
            (self.orders, self.executions, self.redundant, self.givenUp) = (orders, executions, redundant, givenUp)
            (self.left, self.commands, self.ends, self.unsteady) = (left, commands, ends, unsteady)
            (self.doubt, self.verdict, self.seconds) = (doubt, verdict, seconds)
            self.purchasesPerBuyer = purchasesPerBuyer
            (self.afterHold, self.carts) = (afterHold, carts)
        }
    }

    /// An order that goes wrong.
    package struct Counterexample: Codable, Sendable, Equatable {
        package struct Step: Codable, Sendable, Equatable {
            /// From 1.
            package var step: Int
            /// What the scheduler chose, as `schedule` has it.
            package var choice: String
            package var buyer: Int?
            /// Which part of the purchase it is; null where purchases have none.
            package var phase: String?
            package var command: String
            package var reply: String?
            package var note: String?
            package var stock: Int?
            package var orders: Int?
            package var outcome: String?

            package init(
                step: Int, choice: String, buyer: Int?, phase: String? = nil, command: String, reply: String?,
                note: String?, stock: Int?, orders: Int?, outcome: String?
            ) {
                self.phase = phase
                (self.step, self.choice, self.buyer, self.command) = (step, choice, buyer, command)
                (self.reply, self.note, self.stock, self.orders) = (reply, note, stock, orders)
                self.outcome = outcome
            }
        }

        package var buyers: Int
        package var purchasesPerBuyer: Int
        package var units: Int
        /// As those of a phase.
        package var afterHold: [String]?
        package var carts: [String]?
        /// Of the service, or of a program that purchases share; null where there are none, or one was all that was explored.
        package var instances: Int?
        /// Switches away from a buyer who could have gone on, expiries and faults.
        package var switches: Int
        /// For `--replay`.
        package var schedule: String
        package var steps: [Step]
        /// With which it went wrong, from 1; null where no check can tell.
        package var wrongStep: Int?
        /// What happened, in plain words.
        package var story: [String]
        package var checks: [RunRecord.Check]

        /// What makes it again, behind the same words.
        package var again: String {
            "--replay \(schedule)" + (instances.map { " --instances \($0)" } ?? "")
                + (afterHold.map { " --after-hold \($0.joined(separator: ","))" } ?? "")
                + (carts.map { " --carts \($0.joined(separator: ","))" } ?? "")
        }

        package init(
            buyers: Int, purchasesPerBuyer: Int, units: Int, afterHold: [String]? = nil, carts: [String]? = nil,
            instances: Int? = nil, switches: Int, schedule: String, steps: [Step], wrongStep: Int?, story: [String],
            checks: [RunRecord.Check]
        ) {
            (self.afterHold, self.carts, self.instances) = (afterHold, carts, instances)
            (self.buyers, self.units, self.switches, self.schedule) = (buyers, units, switches, schedule)
            self.purchasesPerBuyer = purchasesPerBuyer
            (self.steps, self.wrongStep, self.story, self.checks) = (steps, wrongStep, story, checks)
        }
    }

    package var version = Version.current
    /// ISO 8601, UTC.
    package var started: String
    /// The strategy's name, or the words of the program.
    package var subject: String
    package var attempts: Int
    package var quantity: Int
    package var verdict: CheckResult.Result
    /// Why nothing was proven; null where something was.
    package var reason: String?
    package var exitCode: Int
    package var phases: [Phase]
    package var findings: [Finding]
    package var counterexample: Counterexample?

    package init(
        started: String, subject: String, attempts: Int, quantity: Int, verdict: CheckResult.Result, reason: String?,
        phases: [Phase], findings: [Finding], counterexample: Counterexample?
    ) {
        (self.started, self.subject, self.attempts, self.quantity) = (started, subject, attempts, quantity)
        (self.verdict, self.reason, self.phases) = (verdict, reason, phases)
        exitCode = Int(ExitStatus(verdict).rawValue)
        (self.findings, self.counterexample) = (findings, counterexample)
    }
}
