package import FlashSale
package import Strategies

/// What a rehearsal showed: one buyer after the other, every command and every reply.
package struct RehearsalRecord: Sendable {
    /// One command of ours, and what the server made of it.
    package struct Exchange: Sendable, Equatable {
        /// Its arguments; a script's text or hash is replaced by its name.
        package var command: [String]
        /// The server's own account of the commands that a script sent.
        package var inner: [InnerCommand]
        /// How many more it sent, which are not kept.
        package var moreInner = 0
        /// As redis-cli would show it.
        package var reply: String
        package var isError: Bool
        /// The step that it is of, counted through `buy` and then `finally`; nil for what is none's, such as UNWATCH.
        package var step: Int?
        /// What the file takes from the reply and the reply does not have.
        package var lack: StrategyMachine.Lack?

        package init(
            command: [String], inner: [InnerCommand] = [], reply: String, isError: Bool = false, step: Int? = nil,
            lack: StrategyMachine.Lack? = nil
        ) {
            self.command = command
            self.inner = inner
            self.reply = reply
            self.isError = isError
            self.step = step
            self.lack = lack
        }
    }

    /// A command that a script sent.
    package struct InnerCommand: Sendable, Equatable {
        package var arguments: [String]
        /// Keys that it touched and that the script was not given as KEYS.
        package var undeclaredKeys: [String]

        package init(arguments: [String], undeclaredKeys: [String] = []) {
            self.arguments = arguments
            self.undeclaredKeys = undeclaredKeys
        }
    }

    /// One attempt, and the stock before and after it.
    package struct Visit: Sendable {
        package var attempt: Attempt
        /// Whether it repeats a call that the strategy claims to answer as it did the first (`idempotent:`).
        package var isRepeated: Bool
        package var exchanges: [Exchange]
        package var before: FinalStock
        package var after: FinalStock
        /// Whether the stock was seen to be another one in between; false where nobody looked.
        package var moved: Bool

        package init(
            attempt: Attempt, isRepeated: Bool, exchanges: [Exchange], before: FinalStock, after: FinalStock,
            moved: Bool = false
        ) {
            self.moved = moved
            self.attempt = attempt
            self.isRepeated = isRepeated
            self.exchanges = exchanges
            self.before = before
            self.after = after
        }
    }

    /// One sale with its own keys.
    package struct Act: Sendable {
        package enum Kind: Sendable {
            /// One unit for each, until after the sale is sold out.
            case single
            /// Two units for some.
            case quantities
            /// The stock's keys are removed before anybody comes.
            case withoutStock
        }

        package var kind: Kind
        package var units: Int
        package var open: [Exchange]
        package var visits: [Visit]
        /// What is broken, as the checks of a run see it; empty where the act is not judged.
        package var checks: [CheckResult]

        package init(kind: Kind, units: Int, open: [Exchange], visits: [Visit], checks: [CheckResult]) {
            self.kind = kind
            self.units = units
            self.open = open
            self.visits = visits
            self.checks = checks
        }
    }

    /// `redis 7.0.15`.
    package var server: String
    package var acts: [Act]
    /// Commands of scripts that touched what is not the sale's: other keys, or the whole server.
    package var strays: [String] = []
    /// Why nobody has seen all that the scripts and functions do, one sentence each; empty where every one of them was called and
    /// answered.
    package var unseen: [String] = []
    /// Commands that scripts call and that the server does not know.
    package var unknownCommands: [String] = []
    /// Where it was when its time was over before it came to its end, for people; nil where it was not.
    package var cutShort: String?
    package var isCutShort: Bool { cutShort != nil }

    /// Outcomes of attempts that sold nothing, and in the middle of which the stock was another one than before and after it.
    package var movedThereAndBack: [Outcome] = []

    package init(server: String, acts: [Act]) {
        self.server = server
        self.acts = acts
    }

    /// The checks that found something that must not be.
    package var brokenChecks: [CheckName] {
        acts.flatMap(\.checks).filter { $0.result == .violated }.map(\.name).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
    }

    /// Whether a check found something that must not be.
    package var isBroken: Bool { !brokenChecks.isEmpty }

    /// What it comes to: `inconclusive` where nothing could be sold, or a reply is left of which nobody knows what it means.
    ///
    /// - Parameter warnings: of this rehearsal.
    package func result(_ warnings: [RehearsalWarnings.Warning]) -> CheckResult.Result {
        if isBroken { return .violated }
        return warnings.contains { $0.leavesOpen } ? .inconclusive : .upheld
    }
}
