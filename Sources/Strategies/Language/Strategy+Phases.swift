package import FlashSale

/// Purchases that take their time: what puts units on hold is ``Strategy/buy``, and one of these follows.
extension Strategy {
    /// Paying, or giving back.
    package struct Later: Sendable, Equatable {
        package var phase: AttemptPhase
        package var part: PhasePlan.Part
        package var steps: [Step]
        /// Where the file has it, for messages.
        package var line: Int

        package init(phase: AttemptPhase, part: PhasePlan.Part, steps: [Step], line: Int) {
            self.phase = phase
            self.part = part
            self.steps = steps
            self.line = line
        }
    }

    /// What follows holds; nil where a purchase is over when it has its units.
    package var phasePlan: PhasePlan? {
        guard !later.isEmpty else { return nil }
        return PhasePlan(
            pay: later.first { $0.phase == .pay }?.part, cancel: later.first { $0.phase == .cancel }?.part,
            crossing: crossing)
    }

    /// The steps of all phases, and of `finally:`, in the order of their numbers in reports.
    package var allSteps: [Step] { buy + later.flatMap(\.steps) + finally }
}
