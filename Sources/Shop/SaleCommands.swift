internal import FlashSale
internal import Stores
package import Strategies

/// Fills in the commands that surround a sale: those of `open`, `stock`, `ledger` and `close`, and the keys.
package struct SaleCommands: Sendable {
    private let strategy: Strategy
    private let saleTag: String
    /// What `{item}` stands for.
    let item: String
    /// Whether what is the same for every item is done here, too: only for the first one.
    let isFirst: Bool
    let shelves: Shelves
    /// The shelf that values are filled in for, from 1; 0 for the whole sale.
    private var shelf = 0

    /// - Parameters:
    ///   - saleTag: what `{sale}` stands for.
    ///   - item: what `{item}` stands for.
    ///   - isFirst: false for any other item than the first.
    package init(
        _ strategy: Strategy, saleTag: String, units: Int, item: String? = nil, isFirst: Bool = true
    ) {
        self.strategy = strategy
        self.saleTag = saleTag
        self.item = item ?? strategy.firstItem
        self.isFirst = isFirst
        shelves = strategy.shelves(units: units)
    }

    // MARK: Shelves

    /// Something to be done on a shelf; on number 0 for the whole sale.
    struct OnShelf<Value> {
        var shelf: Int
        var value: Value
    }

    /// The same with the values of one shelf.
    func on(_ shelf: Int) -> SaleCommands {
        var own = self
        own.shelf = shelf
        return own
    }

    /// What `{shard}` stands for on a shelf; on number 0 the sale's own tag.
    func tag(of shelf: Int) -> String { shelf > 0 ? Shelves.tag(of: shelf, saleTag: saleTag) : saleTag }

    /// That of the shelf whose values are filled in.
    var ownTag: String { tag(of: shelf) }

    /// Each shelf where the templates name one; otherwise number 0.
    private func shelves(of templates: [Template]) -> ClosedRange<Int> {
        guard let all = shelves.numbers, strategy.areOfShelf(templates) else { return 0...0 }
        return all
    }

    func shelves(of probe: Strategy.Probe) -> ClosedRange<Int> { shelves(of: probe.calls.flatMap(\.templates)) }

    func shelves(of rule: Strategy.LedgerRule) -> ClosedRange<Int> {
        guard let all = shelves.numbers, rule.keys?.isOfShelf == true else {
            return shelves(of: rule.read?.templates ?? [])
        }
        return all
    }

    /// Every call in turn, each on all its shelves.
    private func onShelves(_ calls: [Strategy.Call]) -> [OnShelf<SaleRequest>] {
        calls.filter { isDone(for: $0.templates) }.flatMap { call in
            shelves(of: call.templates).map { OnShelf(shelf: $0, value: on($0).fill(call)) }
        }
    }

    /// Whether what has these templates is done for this item, and not once for all of them.
    private func isDone(for templates: [Template]) -> Bool {
        isFirst || !strategy.namesItems || strategy.areOfItem(templates)
    }

    /// The first of its shelves, as an example.
    private func example(_ templates: [Template]) -> SaleCommands { on(shelves(of: templates).lowerBound) }

    // MARK: What surrounds the sale

    var openOnShelves: [OnShelf<SaleRequest>] { onShelves(strategy.open) }
    package var open: [SaleRequest] { openOnShelves.map(\.value) }
    /// The probe's, in the order of its numbers, for each shelf.
    package var stock: [SaleRequest] {
        shelves(of: strategy.stock).flatMap { on($0).requests(of: strategy.stock) }
    }
    func requests(of probe: Strategy.Probe) -> [SaleRequest] { probe.calls.map(fill) }
    /// What a probe finds on the shelf, from the numbers that its requests gave: see ``Strategy/Probe/units(from:of:)``.
    func units(of probe: Strategy.Probe, from numbers: [Int]) -> Int? {
        probe.units(from: numbers, of: shelves.units(on: shelf))
    }
    func missing(of probe: Strategy.Probe) -> [Int?] { probe.missing(units: shelves.units(on: shelf)) }
    /// nil where the orders are not read by one request.
    package var ledger: SaleRequest? { strategy.ledger?.read.map(fill) }
    func request(of rule: Strategy.LedgerRule) -> SaleRequest? { rule.read.map(fill) }
    func request(of condition: Strategy.Drain.Condition) -> SaleRequest { fill(condition.call) }
    /// Everything that is asked of other stores.
    var questions: [StoreQuestion] { strategy.storeQueries.map(question) }
    /// What gives units to the sale while the doors are open, in the order of their times.
    var restocks: [Restocking] {
        strategy.restocks.filter { isDone(for: $0.call.templates) }.map { step in
            Restocking(
                atNanoseconds: step.atNanoseconds, units: Int(String(decoding: fill(step.units), as: UTF8.self)) ?? 0,
                request: fill(step.call), line: step.line)
        }
    }
    /// Lists the units that are for sale.
    var unitsOnShelves: [OnShelf<SaleRequest>] { onShelves(strategy.forSale?.calls ?? []) }
    var closeOnShelves: [OnShelf<SaleRequest>] { onShelves(strategy.close) }
    package var close: [SaleRequest] { closeOnShelves.map(\.value) }

    /// The sale's keys that are the same for every attempt.
    package var keys: [[UInt8]] { keysOnShelves.map(\.value) }
    var keysOnShelves: [OnShelf<[UInt8]>] {
        strategy.keys.filter { !dependsOnAttempt($0.template) && isDone(for: [$0.template]) }.flatMap { key in
            shelves(of: [key.template]).map { OnShelf(shelf: $0, value: on($0).fill(key.template)) }
        }
    }

    /// Whether some keys hold the buyer or the like, so that only the server knows them all.
    package var hasKeysOfAttempts: Bool { strategy.keys.contains { dependsOnAttempt($0.template) } }

    /// Every plain command with an example in the place of each value that an attempt would give it, to ask the server what the
    /// command is and which keys it touches.
    package var examples: [(command: Strategy.Command, arguments: [[UInt8]])] {
        strategy.commands.map { ($0, $0.arguments.map(example($0.arguments).fill)) }
    }

    /// What each script and function is given as KEYS, with examples in the same way.
    package var scriptKeys: [(call: Strategy.ScriptCall, keys: [[UInt8]])] {
        strategy.scriptCalls.map { ($0, $0.keys.map(example($0.keys + $0.arguments).fill)) }
    }

    /// Every call of a script or function, with examples in the same way.
    package var scriptExamples: [(call: Strategy.ScriptCall, arguments: [[UInt8]])] {
        strategy.scriptCalls.map { ($0, example($0.keys + $0.arguments).words(of: $0)) }
    }

    /// The same as they are sent: those of an attempt by their hash where the server has the script, all others whole.
    func scriptCalls(hashes: [String: String]) -> [(call: Strategy.ScriptCall, arguments: [[UInt8]])] {
        let ofAttempts = strategy.allSteps.flatMap(\.calls)
        return strategy.scriptCalls.map { call in
            let known = ofAttempts.contains(.script(call)) ? hashes : [:]
            let words = strategy.wire(call, hashes: known, functions: SaleFunctions(saleTag: saleTag))
            return (call, words.map(example(call.keys + call.arguments).fill))
        }
    }

    /// Where the file first has a transaction (`atomically:`); nil where it has none.
    var transactionLine: Int? {
        for case .atomically(let commands) in strategy.allSteps.map(\.kind) {
            return commands.first?.line ?? 1
        }
        return nil
    }

    private func dependsOnAttempt(_ template: Template) -> Bool {
        template.values.contains { value in
            switch value {
            case .integer, .variable(.sale), .variable(.shard), .variable(.units), .variable(.unitsBefore),
                .variable(.item), .ofLine(_, .variable(.item)):
                false
            case .variable, .key, .capture, .reply, .random, .draw, .ofLine: true
            }
        }
    }

    /// The pattern with the values of this sale.
    func fill(_ pattern: LedgerPattern) -> LedgerPattern {
        pattern.filled(sale: saleTag, shelf: tag(of: shelf), units: shelves.units(on: shelf), item: item)
    }

    /// The same of any item; nil where the pattern does not say of which it is.
    func fillForAnyItem(_ pattern: LedgerPattern) -> LedgerPattern? { pattern.ofAnyItem.map { fill($0) } }

    /// What a key's name looks like, whatever stands for a buyer and the like in it.
    func shape(of key: Strategy.Key) -> KeyShape {
        KeyShape(
            pieces: key.template.pieces.map { piece in
                switch piece {
                case .text(let text): Array(text.utf8)
                case .expression(let expression):
                    dependsOnAttempt(Template(pieces: [piece])) || strategy.areOfShelf([Template(pieces: [piece])])
                        ? nil : fill(expression)
                }
            })
    }

    /// Scripts are sent whole, since each of these calls is made only once.
    private func fill(_ call: Strategy.Call) -> SaleRequest {
        switch call {
        case .command(let command): .command(command.arguments.map(fill))
        case .script(let call): .command(words(of: call))
        case .query(let query): .query(question(query))
        }
    }

    private func words(of call: Strategy.ScriptCall) -> [[UInt8]] {
        strategy.wire(call, hashes: [:], functions: SaleFunctions(saleTag: saleTag)).map(fill)
    }

    private func question(_ query: Strategy.StoreQuery) -> StoreQuestion {
        func text(_ template: Template) -> String { String(decoding: fill(template), as: UTF8.self) }
        let words: StoreQuestion.Words =
            switch query.words {
            case .redis(let command): .redis(command.arguments.map(fill))
            case .sql(let statement): .sql(text(statement))
            case .http(let request, let rows): .http(request: fill(request), path: rows)
            case .run(let arguments): .run(arguments.map(text))
            }
        return StoreQuestion(words, at: query.at, place: "\(strategy.file):\(query.line)")
    }

    private func fill(_ request: Strategy.HTTPRequest) -> [UInt8] {
        request.elements.flatMap { element -> [UInt8] in
            switch element {
            case .text(let bytes): bytes
            case .filled(let template, let encoding, let encodesText):
                template.pieces.flatMap { piece -> [UInt8] in
                    if case .text(let text) = piece, !encodesText { return Array(text.utf8) }
                    return encoding.encode(fill(Template(pieces: [piece])))
                }
            }
        }
    }

    private func fill(_ template: Template) -> [UInt8] {
        template.pieces.reduce(into: []) { bytes, piece in
            switch piece {
            case .text(let text): bytes += Array(text.utf8)
            case .expression(let expression): bytes += fill(expression)
            }
        }
    }

    private func fill(_ expression: Template.Expression) -> [UInt8] {
        if expression.terms.count == 1, expression.terms[0].modulus == nil {
            switch expression.terms[0].value {
            case .variable(.sale): return Array(saleTag.utf8)
            case .variable(.item), .variable(.items), .ofLine(_, .variable(.item)): return Array(item.utf8)
            case .variable(.shard): return Array(tag(of: shelf).utf8)
            case .key(let name), .ofLine(_, .key(let name)):
                return strategy.keys.first { $0.name == name }.map { fill($0.template) } ?? []
            default: break
            }
        }
        let sum = expression.terms.reduce(0) { sum, term in
            var number =
                switch term.value {
                case .integer(let number): number
                case .variable(.units): shelves.units(on: shelf)
                case .variable(.unitsBefore): shelves.units(before: shelf)
                case .variable, .key, .capture, .reply, .random, .draw, .ofLine: 1
                }
            if case .integer(let modulus)? = term.modulus {
                number = Template.Expression.remainder(number, modulus)
            } else if term.modulus != nil {
                number = Template.Expression.remainder(number, shelves.units(on: 0))
            }
            return term.isNegative ? sum &- number : sum &+ number
        }
        return Array(String(sum).utf8)
    }
}

/// Units that are given to the sale while the doors are open.
package struct Restocking: Sendable, Equatable {
    /// Since the doors opened.
    package var atNanoseconds: UInt64
    /// How many units the file says that it gives.
    package var units: Int
    package var request: SaleRequest
    /// Where the file has it, for messages.
    package var line: Int
    /// The place of the item that it is for, from 0.
    package var item = 0

    /// The command's name in capitals; nil for what another store is told.
    package var name: String? {
        request.command.map { String(decoding: $0.first ?? [], as: UTF8.self).uppercased() }
    }

    /// Whether an error leaves nothing behind: a script goes on until it raises one.
    package var isPlain: Bool { name.map { !["EVAL", "EVALSHA", "FCALL"].contains($0) } ?? false }
}
