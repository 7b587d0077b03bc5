package import FlashSale
internal import Synchronization

/// Those of a scenario's faults that clients carry out, and which of them are on. All threads of a worker share one.
///
/// `@unchecked Sendable`: the memory is written once, in `init`, but for what is atomic.
package final class WireFaults: @unchecked Sendable {
    /// Which faults there are, in plain memory.
    struct Table: ~Copyable {
        /// Whether any of them was ever on. It never goes back, so that it alone decides whether an attempt has to look further.
        let haveBegun = Atomic(false)
        let faults: UnsafeMutableBufferPointer<Planned>
        let seed: UInt64
    }

    struct Planned: ~Copyable {
        /// Its place among the scenario's faults.
        let index: Int
        let effect: WireStrike.Effect
        let threshold: UInt64
        let isOn = Atomic(false)
    }

    private let table: UnsafeMutablePointer<Table>
    /// How many faults the scenario has; 0 where none is carried out here.
    package let scenarioCount: Int

    /// - Parameter place: ``FaultDescription/Place/wire`` or ``FaultDescription/Place/answers``; nil where clients carry out none.
    package init(_ scenario: Scenario, at place: FaultDescription.Place?) {
        let all = scenario.faults ?? []
        let own = all.indices.filter { index in
            place.map { $0 == all[index].kind.description.place } ?? false && Self.effect(of: all[index].kind) != nil
        }
        let faults = UnsafeMutableBufferPointer<Planned>.allocate(capacity: own.count)
        for (number, index) in own.enumerated() {
            (faults.baseAddress! + number).initialize(
                to: Planned(
                    index: index, effect: Self.effect(of: all[index].kind)!,
                    threshold: FaultPlan.threshold(share: all[index].share ?? 1)))
        }
        table = .allocate(capacity: 1)
        table.initialize(to: Table(faults: faults, seed: scenario.seed))
        scenarioCount = own.isEmpty ? 0 : all.count
    }

    deinit {
        table.pointee.faults.deinitialize()
        table.pointee.faults.deallocate()
        table.deinitialize(count: 1)
        table.deallocate()
    }

    /// What the kind does to a request; nil for a kind that clients do not carry out.
    private static func effect(of kind: FaultKind) -> WireStrike.Effect? {
        switch kind {
        case .loseReplies, .loseAnswers: .loseReply
        case .cutRequests: .cutRequest
        case .slowReplies: .slowReply
        case .repeatRequests: .repeatRequest
        default: nil
        }
    }

    /// A fault begins or ends; one that clients do not carry out is none of theirs.
    ///
    /// - Parameter index: its place among the scenario's faults.
    package func set(_ index: Int, isOn: Bool) {
        for number in table.pointee.faults.indices where table.pointee.faults[number].index == index {
            table.pointee.faults[number].isOn.store(isOn, ordering: .relaxed)
            if isOn { table.pointee.haveBegun.store(true, ordering: .releasing) }
        }
    }

    /// Adds counts of attempts that were struck, one for each of the scenario's faults.
    package static func add(_ counts: [Int], to sums: inout [Int]) {
        if sums.count < counts.count { sums += repeatElement(0, count: counts.count - sums.count) }
        for (index, count) in counts.enumerated() { sums[index] += count }
    }

    /// What each client looks at. Valid as long as this object lives.
    package var forClients: WireSwitch { WireSwitch(table: table) }

    /// For clients of nobody's run.
    static let none = WireFaults(
        Scenario(strategy: .init(name: "", yaml: ""), units: 1, buyers: 1, procs: 1, threads: 1), at: nil)
}
