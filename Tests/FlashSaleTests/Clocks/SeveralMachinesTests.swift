import FlashSale
import Testing

/// A thousand small sales by a right server, bought from on several machines whose clocks go their own ways: nobody is accused of what a
/// clock did.
struct SeveralMachinesTests {
    private typealias SplitMix = SimulatedSale.SplitMix

    /// What a right server can still be told of: it was asked twice for one purchase, by clients that try again after lost answers.
    private static func mayBeAskedTwice(_ sale: SimulatedSale) -> Bool {
        sale.scenario.retryUnknown && sale.idempotency == .none
            && Set(sale.effects.map(\.purchase)).count < sale.effects.count
    }

    private static func alarms(_ sale: SimulatedSale, _ facts: RunFacts) -> [CheckResult] {
        Checks.judge(facts).checks.filter { check in
            guard check.result == .violated else { return false }
            let isHidden = check.name == .exactAccounting && sale.merges
            return !(mayBeAskedTwice(sale) && (isHidden || check.name == .oneUnitPerPurchase))
        }
    }

    @Test("a right sale is never accused, whatever the clocks say, with machines lost in mid-run or clocks that step")
    func noFalseAlarm() {
        var (lost, stepped, upheld, doubted) = (0, 0, 0, 0)
        for seed in 0..<1000 as Range<UInt64> {
            var random = SplitMix(state: seed &* 77)
            let sale = SimulatedSale(seed: seed)
            var machines = SeveralMachines(.random(in: 1...3, using: &random), seed: seed)
            machines.scale = [500, 20_000, 200_000].randomElement(using: &random)!
            let end = sale.history.map { $0.returnedNanoseconds ?? $0.invokedNanoseconds }.max() ?? 1
            switch seed % 4 {
            case 1:
                let machine = Int.random(in: 0..<machines.truths.count, using: &random)
                machines.lost[machine] = machines.moment(.random(in: 0...end, using: &random))
                lost += 1
            case 2:
                machines.step(
                    1, at: .random(in: 0...end, using: &random),
                    by: .random(in: 5_000_000...90_000_000, using: &random) * (Bool.random(using: &random) ? 1 : -1))
                stepped += 1
            default: break
            }
            let served = machines.spread(sale.served)
            let facts = machines.facts(served)
            let alarms = Self.alarms(sale, facts)
            #expect(alarms.isEmpty, "seed \(seed): \(alarms)")
            let order = Checks.judge(facts).checks.first { $0.name == .linearizable }?.result
            let isSound = facts.recorded.history.clocks?.unsound.isEmpty == true
            if isSound, order == .upheld { upheld += 1 }
            if !isSound {
                doubted += 1
                #expect(
                    order != .upheld || facts.recorded.history.allSatisfy { ![1, 2].contains($0.worker) },
                    "seed \(seed)")
            }
        }
        #expect(lost == 250 && stepped == 250 && doubted == 250 && upheld > 200)
    }

    @Test("and what is shown of it is near what was, with each machine's own durations")
    func whatIsShown() {
        for seed in 0..<50 as Range<UInt64> {
            let sale = SimulatedSale(seed: seed)
            var machines = SeveralMachines(2, seed: seed)
            let served = machines.spread(sale.served)
            let truth = Dictionary(machines.moments(of: served.history).map { ($0.id, $0) }) { first, _ in first }
            for shown in machines.facts(served).recorded.history {
                guard let attempt = truth[shown.id], let returned = attempt.returnedNanoseconds else { continue }
                let off = Int64(shown.invokedNanoseconds) - Int64(attempt.invokedNanoseconds)
                #expect(off.magnitude < 500_000)
                let (took, own) = (
                    shown.returnedNanoseconds! - shown.invokedNanoseconds, returned - attempt.invokedNanoseconds
                )
                #expect(Double(max(took, own) - min(took, own)) <= Double(own) / 1000 + 3)
            }
        }
    }

    // MARK: Violations

    /// Buyers one after the other, the second and the third told what is left in the wrong order.
    ///
    /// - Parameters:
    ///   - workers: of the two.
    ///   - gap: between the end of one and the call of the next, in instants.
    private static func swapped(_ workers: (Int, Int), gap: UInt64) -> ServedSale {
        var sale = ServedSale()
        sale.scenario.procs = 7
        sale.keeps = nil
        var now: UInt64 = 200
        for (index, worker) in [0, workers.0, workers.1, 0].enumerated() {
            sale.call(1 + 2 * index, .won, now, now + 10)
            sale.history[sale.history.count - 1].worker = worker
            now += 10 + (index == 1 ? gap : 100_000)
        }
        let (one, other) = (sale.history.count - 3, sale.history.count - 2)
        (sale.history[one].remaining, sale.history[other].remaining) = (
            sale.history[other].remaining, sale.history[one].remaining
        )
        return sale
    }

    private static func order(_ sale: ServedSale, seed: UInt64 = 9) -> CheckResult? {
        var machines = SeveralMachines(3, seed: seed)
        machines.scale = 1000
        return Checks.judge(machines.facts(sale)).checks.first { $0.name == .linearizable }
    }

    @Test(
        "a wrong order that no clock can have made is found, whoever bought",
        arguments: [(0, 0), (1, 3), (0, 5), (3, 3), (1, 2)])
    func wide(_ workers: (Int, Int)) {
        for seed in 0..<10 as Range<UInt64> {
            let check = Self.order(Self.swapped(workers, gap: 20_000), seed: seed)
            #expect(
                check?.result == .violated && check?.evidence.first?.attempts.map(\.worker) == [workers.1, workers.0])
        }
    }

    @Test("one that a clock may have made is not held against anybody", arguments: [(1, 3), (0, 5), (3, 0)])
    func narrow(_ workers: (Int, Int)) {
        for seed in 0..<10 as Range<UInt64> {
            #expect(Self.order(Self.swapped(workers, gap: 5), seed: seed)?.result == .upheld)
        }
    }

    @Test("but it is found where both bought on one machine", arguments: [(0, 0), (1, 1), (1, 2), (5, 6)])
    func narrowOnOneMachine(_ workers: (Int, Int)) {
        for seed in 0..<10 as Range<UInt64> {
            let check = Self.order(Self.swapped(workers, gap: 5), seed: seed)
            #expect(check?.result == .violated, "\(check?.detail ?? "")")
        }
    }

    @Test("evidence has the moments that are shown, and not the widest ones")
    func evidence() throws {
        var machines = SeveralMachines(3, seed: 2)
        machines.scale = 1000
        let facts = machines.facts(Self.swapped((1, 3), gap: 20_000))
        let check = try #require(Checks.judge(facts).checks.first { $0.name == .linearizable })
        let shown = Array(facts.recorded.history)
        #expect(!check.evidence.isEmpty && check.evidence.flatMap(\.attempts).allSatisfy(shown.contains))
        #expect(try shown.contains(#require(check.since)))
    }

    /// Somebody is told that nothing is left, and then the last unit is sold.
    private static func early(_ workers: (Int, Int), gap: UInt64) -> ServedSale {
        var sale = ServedSale()
        sale.scenario.units = 3
        sale.scenario.procs = 7
        sale.keeps = nil
        sale.history = []
        sale.effects = []
        sale.call(1, .won, 10, 50)
        sale.call(3, .won, 20, 60)
        sale.call(5, .soldOut, 100_000, 100_010)
        sale.history[2].worker = workers.0
        sale.call(7, .won, 100_010 + gap, 100_020 + gap)
        sale.history[3].worker = workers.1
        return sale
    }

    @Test func soldOutTooEarly() {
        for seed in 0..<10 as Range<UInt64> {
            #expect(Self.order(Self.early((1, 3), gap: 20_000), seed: seed)?.result == .violated)
            #expect(Self.order(Self.early((1, 3), gap: 5), seed: seed)?.result == .upheld)
            #expect(Self.order(Self.early((1, 2), gap: 5), seed: seed)?.result == .violated)
            #expect(Self.order(Self.early((0, 0), gap: 5), seed: seed)?.result == .violated)
        }
    }

    /// A buyer is told that they already have what they may have, and then they get it.
    private static func unfounded(_ workers: (Int, Int), gap: UInt64) -> ServedSale {
        var sale = ServedSale()
        sale.scenario.procs = 7
        sale.limit = 1
        sale.call(1, .duplicate, 100_000, 100_010)
        sale.history[2].worker = workers.0
        sale.call(2, .won, 100_010 + gap, 100_020 + gap)
        sale.history[3].worker = workers.1
        return sale
    }

    private static func limit(_ sale: ServedSale) -> CheckResult.Result? {
        var machines = SeveralMachines(3, seed: 9)
        machines.scale = 1000
        return Checks.judge(machines.facts(sale)).checks.first { $0.name == .purchaseLimit }?.result
    }

    @Test func duplicates() {
        #expect(Self.limit(Self.unfounded((1, 3), gap: 20_000)) == .violated)
        #expect(Self.limit(Self.unfounded((1, 3), gap: 5)) == .upheld)
        #expect(Self.limit(Self.unfounded((1, 2), gap: 5)) == .violated)
        #expect(Self.limit(Self.unfounded((0, 0), gap: 5)) == .violated)
    }
}
