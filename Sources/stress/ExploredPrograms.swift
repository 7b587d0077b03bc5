internal import Exploration
internal import FlashSale
internal import Host

/// Programs or a service whose orders are explored, as flags or a file say.
struct ExploredPrograms {
    /// For a folder.
    var name: String
    /// For people.
    var title: String
    /// By how many instances there are.
    var settings: [Int: ProgramSettings]
    /// How many there are, one after the other; at least one number.
    var instances: [Int]
    /// Whether phases say how many instances there are.
    var tellsInstances: Bool
    /// Whether a phase is what happens, among so many; a program may make other purchases than it is asked for.
    var makes: (_ phase: ExplorationPhase, _ phases: Int) -> Bool = { _, _ in true }
    /// Whether a buyer may have only so much, or a repeated call takes nothing.
    var hasLimit = false
    /// A store in which races are not explored, in words for the user; nil where none is known of.
    var otherStore: String?

    /// The sale of a phase.
    func sale(_ phase: ExplorationPhase) throws(RunError) -> ProgramSale {
        // An order that is made again may have gone wrong with others than are wanted now.
        guard var own = settings[phase.instances ?? instances[0]] ?? settings[instances[0]] else {
            throw RunError(.bug, "a phase has instances that nobody asked for")
        }
        own.isOneBuyer = phase.purchasesPerBuyer > 1
        own.file?.purchasesPerBuyer = phase.purchasesPerBuyer
        return try ProgramSale.start(own, buyers: phase.buyers * phase.purchasesPerBuyer, units: phase.units)
    }

    /// All phases for each number of instances.
    func phases(_ search: ExploreSearchOptions) -> [ExplorationPhase] {
        let all = search.phases(hasLimit: hasLimit)
        return instances.flatMap { instances in
            all.filter { makes($0, all.count) }.map { phase in
                var phase = phase
                if tellsInstances { phase.instances = instances }
                return phase
            }
        }
    }

    /// Rehearses, before everything and once more at the end.
    struct Rehearsals {
        private let explored: ExploredPrograms
        private let settings: ProgramSettings
        private let first: ProgramRehearsal

        init(_ explored: ExploredPrograms) throws(RunError) {
            guard let settings = explored.settings[explored.instances[0]] else {
                throw RunError(.bug, "there are instances that nobody has settings for")
            }
            self.explored = explored
            self.settings = settings
            first = try ProgramRehearsal.play(settings)
        }

        /// Whether it was understood who wins and what is left. Otherwise what is found could be taken for a violation.
        var areUnderstood: Bool { first.problem == nil }

        private static let tries = 3

        /// Whether an order goes wrong with those who have made none before, too.
        private func isMadeAgain(_ counterexample: Counterexample) throws(RunError) -> Bool {
            for _ in 0..<Self.tries {
                var sale = try explored.sale(counterexample.phase)
                let again = try Replay.make(counterexample.schedule, at: &sale, in: counterexample.phase)
                if !again.counterexample.violated.isEmpty { return true }
            }
            return false
        }

        /// Says what makes the result mean less.
        func look(at exploration: inout Exploration) throws(RunError) {
            if let problem = first.problem { return exploration.doubt(because: problem) }
            let peer = first.otherPeer.map { "what is at \($0), to which it was seen to be connected" }
            let store = explored.otherStore ?? peer
            let isViolated = exploration.counterexample != nil
            guard Interruption.requests == 0 else { return }
            // What is kept elsewhere may be left over from one order to the next.
            if !isViolated || store != nil || settings.reset != nil,
                let difference = try ProgramRehearsal.play(settings).difference(from: first)
            {
                guard isViolated else { return exploration.doubt(because: difference) }
                return exploration.mistrust(because: "an order went wrong, but \(difference)")
            }
            if settings.file != nil, let counterexample = exploration.counterexample,
                !(try isMadeAgain(counterexample))
            {
                return exploration.mistrust(
                    because:
                        "an order went wrong, and with \(settings.startedInWords) that had just been started it did not, \(Self.tries) times: something "
                        + "is remembered there from one order to the next, which open: does not put back")
            }
            guard let store, !isViolated else { return }
            exploration.doubt(
                because: "a purchase may also touch \(store), and orders of what is done there are not explored")
        }
    }
}

extension ProgramSettings {
    /// What is started of it, in words for the user.
    fileprivate var startedInWords: String {
        if case .service = buyers { "a service" } else { "programs" }
    }
}

extension ExploreCommand {
    func explorePrograms(_ explored: ExploredPrograms) throws(RunError) -> ExitStatus {
        if let replay {
            return try ExploreReplay(title: explored.title, search, format: format).execute(replay, sale: explored.sale)
        }
        let rehearsals = try ExploredPrograms.Rehearsals(explored)
        return try explore(
            explored.name, title: explored.title, rehearsals.areUnderstood ? explored.phases(search) : [],
            sale: explored.sale
        ) { exploration throws(RunError) in
            try rehearsals.look(at: &exploration)
        }
    }
}
