package import FlashSale

/// A column of the matrix: what is broken, and how careful clients are.
package struct MatrixFault: Sendable, Equatable {
    /// nil for nothing.
    package var fault: Fault?
    /// Whether purchases go on after an attempt without a clear answer, whatever the strategy file says.
    package var retriesUnknown: Bool

    package init(_ fault: Fault?, retriesUnknown: Bool = false) {
        self.fault = fault
        self.retriesUnknown = retriesUnknown
    }

    /// In the middle of a sale that lasts for ``MatrixPlan/saleNanoseconds``, while buyers come in numbers.
    private static let moment = MatrixPlan.rushNanoseconds * 4
    private static let longest: UInt64 = 200_000_000
    private static let share = 0.05

    /// A kind as the matrix has it where nobody says more.
    package static func usual(_ kind: FaultKind) -> Fault {
        switch kind.description.place {
        case .wire, .answers: Fault(kind, at: .time(nanoseconds: 0), share: share)
        // Who watches takes a second at least.
        case .topology: Fault(kind, at: .time(nanoseconds: moment))
        case .server, .fleet, .service:
            Fault(
                kind, at: .time(nanoseconds: moment),
                // Who holds a lock has to be away for longer than a lease.
                lengthNanoseconds: kind.description.length.map { kind == .freezeWorker ? $0 : min($0, longest) })
        }
    }

    /// A crash of the process and a power cut are not the same, so both are there; a lost answer sells twice only where clients ask again.
    package static var few: [MatrixFault] {
        [
            MatrixFault(nil), MatrixFault(usual(.crashRedis)), MatrixFault(usual(.powerCut)),
            MatrixFault(usual(.loseReplies), retriesUnknown: true), MatrixFault(usual(.killWorker)),
            MatrixFault(usual(.freezeRedis)),
        ]
    }

    /// What several servers can suffer that belong together.
    package static var ofTopologies: [MatrixFault] {
        [MatrixFault(nil)]
            + FaultKind.allCases.filter { $0.description.place == .topology }.map { MatrixFault(usual($0)) }
    }

    /// Every kind that a private server and its buyers can suffer.
    package static var all: [MatrixFault] {
        let kinds = FaultKind.allCases.filter { ![.service, .answers, .topology].contains($0.description.place) }
        return [MatrixFault(nil)]
            + kinds.flatMap { kind in
                [MatrixFault(usual(kind))]
                    + (kind == .loseReplies ? [MatrixFault(usual(kind), retriesUnknown: true)] : [])
            }
    }
}
