internal import FlashSale
internal import Strategies

/// Who else can come to the same key, or to the same part of one, at the same time.
struct MeetingPlaces {
    enum Company: Comparable {
        /// Nobody: it is this attempt's own.
        case none
        /// Other purchases of the same buyer.
        case sameBuyer
        case everybody
    }

    private let strategy: Strategy
    private let steps: [Strategy.Step]
    /// Whether one buyer may make several purchases at once.
    private let buyersComeTwice: Bool
    /// Who touched what in the rehearsal.
    private var visitors: [KeyAccess.Item: Set<Visitor>] = [:]

    private struct Visitor: Hashable {
        var buyer: Int
        var purchase: Int
    }

    init(_ traces: [AttemptTrace], _ strategy: Strategy, buyersComeTwice: Bool) {
        self.strategy = strategy
        steps = strategy.buy + strategy.finally
        self.buyersComeTwice = buyersComeTwice
        for trace in traces {
            for access in trace.sections.flatMap(\.accesses) {
                visitors[access.access.item, default: []].insert(
                    Visitor(buyer: trace.buyer, purchase: trace.purchase))
            }
        }
    }

    /// Who else can come to what `access` of `section` touches.
    ///
    /// - Parameter keyOnly: whether any part of its key counts.
    func company(
        at access: AttemptTrace.Access, _ section: AttemptTrace.Section, in trace: AttemptTrace, keyOnly: Bool = false
    ) -> Company {
        let marks = marks(of: access, section, keyOnly: keyOnly).flatMap { origins(of: $0, in: trace) }
        if marks.contains("attempt") { return .none }
        if marks.contains("purchase") { return strategy.idempotency == .none ? .none : .sameBuyer }
        if marks.contains("buyer") { return buyersComeTwice ? .sameBuyer : .none }
        return .everybody
    }

    /// What makes the key and the part differ from one attempt to another. Two that meet at one item have the same of each.
    func marks(
        of access: AttemptTrace.Access, _ section: AttemptTrace.Section, keyOnly: Bool = false
    ) -> Set<String> {
        guard let index = access.commandOfStep else { return keyOnly ? [] : marksInScript(access.access.item) }
        let calls = steps[section.step].calls
        guard calls.indices.contains(index), case .command(let command) = calls[index] else { return [] }
        let places = [access.access.keyIndex, keyOnly ? nil : access.access.partIndex].compactMap { $0 }
        let templates = places.filter(command.arguments.indices.contains).map { command.arguments[$0] }
        return Set(strategy.values(in: templates).compactMap(Self.mark))
    }

    /// What a script touches can only be told from who came there.
    private func marksInScript(_ item: KeyAccess.Item) -> Set<String> {
        let visitors = visitors[item] ?? []
        if Set(visitors.map(\.buyer)).count > 1 { return [] }
        return visitors.count > 1 ? ["buyer"] : ["attempt"]
    }

    private static func mark(_ value: Template.Value) -> String? {
        switch value {
        case .variable(.buyer): "buyer"
        case .variable(.purchase): "purchase"
        case .variable(.attempt): "attempt"
        case .variable(.random), .random: "random"
        case .capture(let name): "capture \(name)"
        default: nil
        }
    }

    /// Where a captured value comes from: what nobody else is given is the attempt's own.
    private func origins(of mark: String, in trace: AttemptTrace) -> [String] {
        guard mark.hasPrefix("capture "),
            let index = steps.firstIndex(where: { $0.captures.contains { "capture \($0.name)" == mark } }),
            let section = trace.sections.first(where: { $0.step == index })
        else { return [mark] }
        if steps[index].isEcho {
            return strategy.values(in: steps[index].calls.flatMap(\.templates)).compactMap(Self.mark)
        }
        let isHandedOut = section.accesses.contains { $0.access.effect == .pop || $0.access.effect == .delta }
        return isHandedOut ? ["attempt"] : []
    }
}
