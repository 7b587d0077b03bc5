/// What a machine tells the report.
extension StrategyMachine {
    /// The first reply that no rule matched.
    package var firstHole: String? { remarks.firstHole }

    /// The first reply that made an attempt fail or left it unknown.
    package var firstError: String? { remarks.firstError }

    /// The first reply that did not name the units of a win where the file looks for it.
    package var firstNameless: String? { remarks.firstNameless }

    /// What was written since the machine was made.
    package var sent: SentSteps { counts.sent }

    /// What of the program was met since the machine was made.
    package var met: MetParts { counts.met }

    /// How often the server did not know a script or a function, so that it was loaded again.
    package var reloads: Int { sent.reloads.reduce(0, +) }

    /// Commands written since the machine was made, MULTI, EXEC and UNWATCH included.
    package var commandsSent: Int {
        let sent = sent
        return tables.steps.indices.reduce(counts.unwatches + counts.elsewhere) { sum, step in
            sum + sent.writes[step] * tables.steps[step].replies + sent.reloads[step] * tables.steps[step].reloadReplies
        }
    }
}
