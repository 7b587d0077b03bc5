extension RunRecord {
    /// What the checks saw beside the history and the orders, so that `stress verify` can make them again.
    package struct Observed: Codable, Sendable, Equatable {
        package var stock: Stock
        package var stockProblem: String?
        /// Whether every client was seen to be gone before the final read.
        package var clientsWereGone: Bool
        /// Whether the run ended before every purchase was made.
        package var cutShort: Bool
        /// Units that one buyer may have.
        package var limit: Int?
        /// Purchases that one buyer may make.
        package var purchaseLimit: Int?
        package var idempotent: Idempotency
        /// Whether an attempt may end as `returned`; absent if not.
        package var givesBack: Bool?
        /// No sooner than so many nanoseconds after its call a unit comes back that was taken and not sold; absent if it never
        /// does.
        package var lapsesNs: UInt64?
        /// Shelves that the stock is on, each with units of its own; absent where it is in one place.
        package var shelves: Int?
        /// Units that were given to the sale while the doors were open; absent where none were.
        package var restocks: [Restock]?
        /// Why the orders could not be read.
        package var ledgerProblem: String?
        /// Null where there is no ledger.
        package var ledger: LedgerKind?
        /// Workers that reported.
        package var reported: [Int]
        /// CLOCK_MONOTONIC at which the doors opened; absent where nobody knows.
        package var openedNs: UInt64?
        /// CLOCK_MONOTONIC when the last client was gone.
        package var endedNs: UInt64?
        /// Absent before the files are written, and where another version wrote them.
        package var digests: Digests?
        /// How the server was lost while buyers bought; absent if it was not.
        package var serverLoss: ServerLoss?
        /// What may have taken keys of the sale away beside the scheme; absent where nothing did.
        package var keysLoss: KeysLoss?
        /// Why an attempt failed or has no clear end, the first time that was seen; absent where none did.
        package var firstError: String?
        /// Whether attempts were recorded with the names of units; absent where the strategy file has none.
        package var unitNames: Bool?
        /// Which units were for sale; absent where nobody lists them.
        package var forSale: ForSale?
        /// What stores said that keep the same thing; absent where there is one of each.
        package var stores: [StoreComparison]?
        /// How the consumers were waited for; absent where the strategy file has no `drain:`.
        package var drain: DrainRecord?
        /// Where the stock was changed by something else than the scheme; absent where it was not.
        package var resets: [StockReset]?
        /// What was read of each of several items, in the order of `scenario.items`; absent where there is one.
        package var items: [OfItem]?

        /// What the final read of the stock gave.
        package enum Stock: String, RecordWord {
            /// Their number is in `sale.remaining`.
            case units
            /// The probe answered nil.
            case absent
            case unreadable
            /// Nobody asked.
            case unread

            package static let kind = "reading of the stock"

            static func of(_ stock: FinalStock) -> (stock: Stock, problem: String?) {
                switch stock {
                case .units: (.units, nil)
                case .absent: (.absent, nil)
                case .unreadable(let reason): (.unreadable, reason)
                case .unread: (.unread, nil)
                }
            }

            /// - Parameter remaining: where it was read.
            func read(_ remaining: Int?, problem: String?) -> FinalStock {
                switch self {
                case .absent: .absent
                case .unreadable: .unreadable(problem ?? "it could not be read")
                case .units, .unread: remaining.map { .units($0) } ?? .unread
                }
            }
        }

        /// What `ledger.csv` does not hold.
        package struct LedgerKind: Codable, Sendable, Equatable {
            package var atomic: Bool
            package var mergesRepeats: Bool
            package var countOnly: Int?
            package var unreadable: [String]
            /// What was there when the doors opened and is no order; absent where nothing was.
            package var placeholders: [String]?
            /// Whether the names of units are its keys; absent where they are not.
            package var unitsAreKeys: Bool?

            init(_ ledger: Ledger) {
                atomic = ledger.isAtomic
                mergesRepeats = ledger.mergesRepeats
                countOnly = ledger.countOnly
                unreadable = ledger.unreadable
                placeholders = ledger.placeholders.isEmpty ? nil : ledger.placeholders
                unitsAreKeys = ledger.unitsAreKeys ? true : nil
            }

            /// - Parameter orders: read back from `ledger.csv`.
            func ledger(_ orders: [Ledger.Order]) -> Ledger {
                var ledger = Ledger(
                    orders: orders, isAtomic: atomic, unreadable: unreadable, countOnly: countOnly,
                    mergesRepeats: mergesRepeats)
                ledger.placeholders = placeholders ?? []
                ledger.unitsAreKeys = unitsAreKeys == true
                return ledger
            }
        }

        /// The names of the units that were for sale.
        package struct ForSale: Codable, Sendable, Equatable {
            /// How many are in `units.csv`.
            package var listed: Int?
            /// Where they are numbers, the first and the last.
            package var first: Int?
            package var last: Int?

            init(_ units: UnitsForSale) {
                switch units {
                case .listed(let names): listed = names.count
                case .numbers(let range): (first, last) = (range.lowerBound, range.upperBound)
                }
            }

            /// - Parameter listed: read back from `units.csv`; nil if that cannot be relied on.
            func units(listed: [String]?) -> UnitsForSale? {
                if let first, let last { return first <= last ? .numbers(first...last) : nil }
                return listed.map { .listed($0) }
            }
        }

        /// Nothing was observed.
        package init() {
            stock = .unread
            clientsWereGone = false
            cutShort = false
            idempotent = .none
            reported = []
        }

        package init(_ facts: RunFacts) {
            (stock, stockProblem) = Stock.of(facts.epoch.stock)
            items = facts.items.isEmpty ? nil : facts.items.map(OfItem.init)
            clientsWereGone = facts.doubts.clientsWereGone
            cutShort = facts.recorded.wasInterrupted
            limit = facts.rules.limit
            purchaseLimit = facts.rules.purchaseLimit
            idempotent = facts.rules.idempotency
            givesBack = facts.rules.givesBack ? true : nil
            lapsesNs = facts.rules.lapsesNanoseconds
            shelves = facts.rules.shelves
            restocks = facts.epoch.restocks.isEmpty ? nil : facts.epoch.restocks
            ledgerProblem = facts.epoch.ledgerProblem
            ledger = facts.epoch.ledger.map(LedgerKind.init)
            unitNames = facts.recorded.tellsUnits || facts.recorded.tellsLeft ? true : nil
            forSale = facts.epoch.forSale.map(ForSale.init)
            stores = facts.epoch.stores.isEmpty ? nil : facts.epoch.stores
            drain = facts.epoch.drain
            resets = facts.resets.isEmpty ? nil : facts.resets
            reported = facts.recorded.workers.filter { $0.reported != nil }.map(\.index)
            serverLoss = facts.doubts.serverLoss
            keysLoss = facts.doubts.keysLoss
            firstError = facts.recorded.firstError
            openedNs = facts.epoch.span?.lowerBound
            endedNs = facts.epoch.span?.upperBound
        }

        /// While the run lasted.
        var span: ClosedRange<UInt64>? {
            guard let openedNs, let endedNs, openedNs <= endedNs else { return nil }
            return openedNs...endedNs
        }

        func finalStock(remaining: Int?) -> FinalStock { stock.read(remaining, problem: stockProblem) }
    }

    /// What the checks need to judge the run again.
    ///
    /// - Parameters:
    ///   - history: read back from the journals.
    ///   - journalProblems: what is wrong with these.
    ///   - orders: read back from `ledger.csv`.
    ///   - ledgerProblem: why they cannot be relied on; nothing is compared with them then.
    ///   - itemOrders: the same of each of several items, by its name.
    ///   - unitsListed: read back from `units.csv`; nil where there is none, or none that can be relied on.
    package func facts(
        history: History, journalProblems: [String], orders: [Ledger.Order], ledgerProblem: String? = nil,
        itemOrders: [String: [Ledger.Order]] = [:], unitsListed: [String]? = nil
    ) -> RunFacts {
        var recorded = RecordedAttempts(
            history, of: scenario,
            workers: workers.map {
                .init(
                    index: $0.worker, reported: observed.reported.contains($0.worker) ? $0.tally : nil, lost: $0.lost,
                    isIncomplete: $0.incomplete == true)
            })
        recorded.wasInterrupted = observed.cutShort
        // With carts nothing else has a text.
        recorded.tellsLeft = observed.unitNames == true && scenario.items?.cart != nil
        recorded.tellsUnits = observed.unitNames == true && !recorded.tellsLeft
        recorded.firstError = observed.firstError
        recorded.nodes = nodes ?? []
        recorded.journalProblems = journalProblems
        let ledger = observed.ledger.map { $0.ledger(orders) }
        var epoch = Epoch(
            units: scenario.units, span: observed.span, stock: observed.finalStock(remaining: sale.remaining),
            ledger: ledgerProblem == nil ? ledger : nil, ledgerProblem: ledgerProblem ?? observed.ledgerProblem)
        epoch.held = sale.held
        epoch.restocks = observed.restocks ?? []
        epoch.forSale = observed.forSale?.units(listed: unitsListed)
        epoch.stores = observed.stores ?? []
        epoch.drain = observed.drain
        var facts = RunFacts(
            recorded,
            rules: SaleRules(
                limit: observed.limit, purchaseLimit: observed.purchaseLimit, idempotency: observed.idempotent),
            epoch: epoch)
        facts.rules.givesBack = observed.givesBack ?? false
        facts.rules.lapsesNanoseconds = observed.lapsesNs
        // A record that was tampered with may have any number.
        facts.rules.shelves = observed.shelves.map { min(max(1, $0), 1024) }
        facts.doubts.clientsWereGone = observed.clientsWereGone
        facts.doubts.serverLoss = observed.serverLoss
        facts.doubts.keysLoss = observed.keysLoss
        facts.brokenInRehearsal = rehearsal?.broken ?? []
        facts.claims = claims ?? []
        facts.faults = faults ?? []
        facts.resets = observed.resets ?? []
        facts.items = itemEpochs(itemOrders, ledgerProblem)
        if !facts.items.isEmpty { facts.epoch = .ofAll(facts.items, span: observed.span) }
        return facts
    }

    /// What a program ends with that judged the run again. A run that did not come to its end did not end well, whatever is
    /// true of the part that took place: its own code stays.
    ///
    /// - Parameter facts: with a doubt about `run.json`, what that says of the end counts for nothing.
    private func exitStatus(_ facts: RunFacts, _ verdict: Verdict) -> ExitStatus {
        facts.doubts.reason == nil && (interrupted || observed.cutShort) ? exitCode : ExitStatus(verdict.result)
    }

    /// The same run, judged again: what was measured stays, what the checks say is new.
    package func judged(_ facts: RunFacts, _ verdict: Verdict) -> RunRecord {
        var record = self
        let judged = JudgedSale(facts, verdict: verdict, ending: exitStatus(facts, verdict))
        record.verdict = judged.verdict
        record.exitCode = judged.exitCode
        // These are of what the run wrote, which this is not.
        record.observed.digests = nil
        record.sale = Sale(
            units: facts.epoch.units, restocked: facts.epoch.restockedIfAny, remaining: sale.remaining,
            held: sale.held,
            soldToBuyers: verdict.soldToBuyers,
            inDoubt: verdict.inDoubt, heldByBuyers: verdict.heldByBuyers,
            ledgerOrders: judged.sale.ledgerOrders)
        record.items = judged.items
        record.totals = Totals(facts.recorded.survey, scenario)
        record.purchases = Purchases(facts.recorded.survey.purchases)
        record.checks = judged.checks
        if let boundaries = verdict.boundaries { record.coverage?.boundaries = boundaries }
        record.findings = verdict.findings + findings.filter { !$0.name.isOfTheChecks }
        if record.verdict != self.verdict {
            record.findings.insert(
                Finding(
                    .verdictDiffers,
                    "The run itself said \(self.verdict.word) (stress \(version)): its files were changed since, or the checks were."
                ),
                at: 0)
        }
        return record
    }
}
