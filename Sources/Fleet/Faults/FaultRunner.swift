internal import CLinux
internal import EmbeddedRedis
internal import FlashSale
internal import Shop

/// Carries out the planned faults while the doors are open, heals them, and writes down what came of each.
struct FaultRunner {
    /// A fault that lasts.
    private struct Active {
        var index: Int
        /// nil for those of the wire, which clients carry out.
        var action: (any FaultAction)?
        /// CLOCK_MONOTONIC; the largest number for the end of the run.
        var healsNs: UInt64
    }

    private var plan: FaultPlan
    private let connectionName: String
    /// Whether a proxy stands between a service and its Redis, which then breaks the wire.
    private let hasProxy: Bool
    private var active: [Active] = []
    /// What came of each, by its place among the scenario's.
    private var outcomes: [FaultRecord?]
    private(set) var resets: [StockReset] = []

    /// - Parameters:
    ///   - connectionName: what the connections of buyers are called.
    ///   - hasProxy: whether a proxy stands between a service and its Redis.
    init(_ scenario: Scenario, connectionName: String, hasProxy: Bool) {
        self.hasProxy = hasProxy
        plan = FaultPlan(scenario)
        self.connectionName = connectionName
        outcomes = Array(repeating: nil, count: plan.faults.count)
    }

    var isEmpty: Bool { plan.faults.isEmpty }

    /// Whether the server answers nobody because of one of them, so that its silence tells nothing.
    var isServerDown: Bool {
        active.contains {
            [.crashRedis, .stopRedis, .powerCut, .freezeRedis, .freezePrimary].contains(plan.faults[$0.index].kind)
        }
    }

    /// How long one may wait for something else, in milliseconds.
    func milliseconds(since opened: UInt64, at now: UInt64, atMost limit: Int32) -> Int32 {
        if isEmpty { return limit }
        var next = active.map(\.healsNs).min() ?? .max
        if let due = plan.nextTime { next = min(next, opened &+ due) }
        if plan.waitsForSales { next = min(next, now + 5_000_000) }
        return next <= now ? 0 : Int32(min(UInt64(limit), (next - now + 999_999) / 1_000_000))
    }

    /// Begins those of the wire that are there from the first attempt on, so that also a request that is held meets them.
    mutating func prepare(_ workers: [WorkerProcess]) {
        for index in plan.faults.indices {
            guard isOfClients(plan.faults[index].kind),
                plan.faults[index].moment == .time(nanoseconds: 0)
            else { continue }
            plan.begin(index)
            signal(index, workers, at: Clock.nanoseconds())
        }
    }

    /// The doors open at that moment: from then on counts how long those last that are there already.
    mutating func open(at opened: UInt64) {
        for index in outcomes.indices where outcomes[index] != nil {
            outcomes[index]?.beganNs = opened
            guard let place = active.firstIndex(where: { $0.index == index }) else { continue }
            active[place].healsNs = Self.end(of: plan.faults[index], from: opened)
        }
    }

    /// Begins what is due, and heals what has lasted long enough.
    ///
    /// - Parameter sold: units that buyers were told are theirs, as far as is known.
    mutating func look(
        at now: UInt64, opened: UInt64, sold: Int, _ sale: inout Sale, _ workers: [WorkerProcess],
        _ targets: FaultTargets
    ) {
        if isEmpty { return }
        for fault in active.filter({ $0.healsNs <= now }) { heal(fault.index, &sale, workers, targets) }
        guard now >= opened else { return }
        for index in plan.due(elapsedNanoseconds: now - opened, sold: sold) {
            begin(index, &sale, workers, targets)
        }
    }

    /// Heals everything, whether its time has come or not. To be called once the last buyer is served, and whatever ended the run.
    mutating func close(_ sale: inout Sale, _ workers: [WorkerProcess], _ targets: FaultTargets) {
        for fault in active { heal(fault.index, &sale, workers, targets) }
        for index in plan.unbegun where outcomes[index] == nil {
            let reason: String
            switch plan.faults[index].moment {
            case .time:
                reason = "its time never came: the last buyer was served before; use more buyers or an earlier time"
            case .sold: reason = "its time never came: so much was never sold while buyers came"
            }
            outcomes[index] = FaultRecord(plan.faults[index], effect: .missed, proof: reason)
        }
    }

    /// Those that have begun.
    ///
    /// - Parameter opened: CLOCK_MONOTONIC of the doors' opening.
    func begun(since opened: UInt64) -> [RunProgress.Fault] {
        outcomes.indices.compactMap { index in
            guard let record = outcomes[index], let began = record.beganNs else { return nil }
            let isOpenEnded = isOfClients(record.kind) && record.endedNs == nil
            return RunProgress.Fault(
                fault: record.fault, beganSeconds: Double(began - min(opened, began)) / 1e9,
                isUnderWay: isOpenEnded || active.contains { $0.index == index })
        }
    }

    /// - Parameter struck: how many attempts each fault of the wire struck, as the workers count.
    func records(struck: [Int]) -> [FaultRecord] {
        outcomes.indices.compactMap { index in
            guard var record = outcomes[index] else { return nil }
            guard record.effect != .missed, isOfClients(record.kind) else {
                return record
            }
            let count = index < struck.count ? struck[index] : 0
            record.struck = count
            record.effect = count > 0 ? .proven : .unproven
            record.proof =
                count > 0
                ? "\(count.counted("attempt")) \(count == 1 ? "was" : "were") struck" : "no attempt was struck"
            return record
        }
    }

    /// Whether clients of workers carry it out.
    private func isOfClients(_ kind: FaultKind) -> Bool {
        switch kind.description.place {
        case .wire: !hasProxy
        case .answers: true
        case .server, .topology, .fleet, .service: false
        }
    }

    // MARK: One fault

    private func scene(_ index: Int, _ workers: [WorkerProcess], _ targets: FaultTargets) -> FaultScene {
        FaultScene(
            fault: plan.faults[index], index: index, plan: plan, workers: workers, server: targets.server,
            topology: targets.topology, service: targets.service,
            wire: targets.wire,
            connectionName: connectionName)
    }

    private mutating func begin(
        _ index: Int, _ sale: inout Sale, _ workers: [WorkerProcess], _ targets: FaultTargets
    ) {
        let fault = plan.faults[index]
        let began = Clock.nanoseconds()
        guard var action = fault.kind.action(fault, hasProxy: hasProxy) else {
            return signal(index, workers, at: began)
        }
        let effect = action.strike(&sale, in: scene(index, workers, targets))
        write(effect, of: index, began: began)
        guard effect.lasts else { return }
        active.append(Active(index: index, action: action, healsNs: Self.end(of: fault, from: Clock.nanoseconds())))
    }

    private mutating func heal(
        _ index: Int, _ sale: inout Sale, _ workers: [WorkerProcess], _ targets: FaultTargets
    ) {
        guard let place = active.firstIndex(where: { $0.index == index }) else { return }
        var fault = active.remove(at: place)
        guard fault.action != nil else {
            for worker in workers { worker.tell(CoordinatorMessage(fault: .init(index: index, isOn: false))) }
            outcomes[index]?.endedNs = Clock.nanoseconds()
            return
        }
        guard let effect = fault.action?.heal(&sale, in: scene(index, workers, targets)) else { return }
        if let reset = effect.reset { resets.append(reset) }
        outcomes[index]?.endedNs = Clock.nanoseconds()
        // What shows a fault's effect may be seen only once it is healed.
        if effect.effect == .unproven { outcomes[index]?.effect = .unproven }
        if !effect.proof.isEmpty {
            let before = outcomes[index]?.proof ?? ""
            outcomes[index]?.proof = before.isEmpty ? effect.proof : "\(before); \(effect.proof)"
        }
        if let struck = effect.struck { outcomes[index]?.struck = struck }
    }

    private mutating func write(_ effect: FaultEffect, of index: Int, began: UInt64) {
        if let reset = effect.reset { resets.append(reset) }
        outcomes[index] = FaultRecord(
            plan.faults[index], beganNs: began, effect: effect.effect, proof: effect.proof, struck: effect.struck)
    }

    /// Tells clients that a fault of the wire begins.
    private mutating func signal(_ index: Int, _ workers: [WorkerProcess], at began: UInt64) {
        for worker in workers { worker.tell(CoordinatorMessage(fault: .init(index: index, isOn: true))) }
        outcomes[index] = FaultRecord(plan.faults[index], beganNs: began, effect: .unproven, proof: "")
        let end = Self.end(of: plan.faults[index], from: began)
        if end != .max { active.append(Active(index: index, action: nil, healsNs: end)) }
    }

    /// When it heals, CLOCK_MONOTONIC; the largest number for the end of the run.
    private static func end(of fault: Fault, from began: UInt64) -> UInt64 {
        let end = began.addingReportingOverflow(fault.lengthNanoseconds ?? 0)
        return end.overflow ? .max : end.partialValue
    }
}
