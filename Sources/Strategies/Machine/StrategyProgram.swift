package import FlashSale

/// A strategy made ready for one sale: every command as prepared RESP pieces, with the sale's constants folded in.
///
/// Immutable, so that all threads of a worker share one. ``StrategyMachine`` runs it. The tables are plain memory without
/// references: a reference count that hundreds of threads share costs more than the rest of an attempt.
package final class StrategyProgram: Sendable {
    /// A piece of the wire.
    enum Part: Equatable, BitwiseCopyable {
        /// Bytes of the literals, as they go out.
        case literal(start: Int, count: Int)
        /// A bulk string of one number.
        case number(Sum)
        /// A bulk string of one capture, as it came.
        case capture(Int)
        /// A bulk string of several pieces.
        case mixed(start: Int, count: Int)
        /// Pieces as they are, for a request to a service.
        case plain(start: Int, count: Int)
    }

    /// A piece of one argument.
    enum Piece: Equatable, BitwiseCopyable {
        case text(start: Int, count: Int)
        case number(Sum)
        case capture(Int)
        /// A capture as its place in a request wants it.
        case encoded(Int, TextEncoding)
        /// The name of the item on a line of the cart, from 0, and where the names begin that are written as this place wants it.
        case item(line: Int, names: Int)
    }

    /// A part of a table.
    struct Span: Equatable, BitwiseCopyable {
        private var first: Int32
        private var last: Int32

        init(start: Int, end: Int) {
            first = Int32(start)
            last = Int32(end)
        }

        var start: Int { @inline(__always) get { Int(first) } }
        var end: Int { @inline(__always) get { Int(last) } }
        var isEmpty: Bool { @inline(__always) get { first == last } }
    }

    /// A place in a reply: a run of steps into its arrays, and perhaps a second one into the JSON text that is there.
    struct Path: Equatable, BitwiseCopyable {
        var start: Int
        var count: Int
        /// Steps into JSON, after those into arrays; -1 where the value there is taken as it is.
        var jsonCount: Int

        var isJSON: Bool { @inline(__always) get { jsonCount >= 0 } }
    }

    enum PathStep: Equatable, BitwiseCopyable {
        case element(Int)
        case field(start: Int, count: Int)
        /// What stands after a name in an array of names and values.
        case named(start: Int, count: Int)
    }

    /// Everything that an attempt looks at. Valid as long as the program lives.
    struct Tables: BitwiseCopyable {
        var literals: UnsafeBufferPointer<UInt8>
        var parts: UnsafeBufferPointer<Part>
        var pieces: UnsafeBufferPointer<Piece>
        var terms: UnsafeBufferPointer<Term>
        var steps: UnsafeBufferPointer<Step>
        var rules: UnsafeBufferPointer<Rule>
        var tests: UnsafeBufferPointer<ReplyTest>
        var conditions: UnsafeBufferPointer<Condition>
        var pathSteps: UnsafeBufferPointer<PathStep>
        var stepCaptures: UnsafeBufferPointer<Capture>
        /// What is drawn once for each attempt.
        var draws: UnsafeBufferPointer<Draw>
        var unitParts: UnsafeBufferPointer<UnitPart>
        var unitPieces: UnsafeBufferPointer<UnitPiece>
        /// Where the names of items stand among the literals.
        var names: UnsafeBufferPointer<Span>
        /// Where the steps of `buy`, and of those that pay, end; those that cancel end where `finally` begins.
        var buyEnd, payEnd, finallyStart: Int
        /// For each capture, whether it has to be a number.
        var captureIsNumber: UnsafeBufferPointer<Bool>
        /// For each capture, whether its text is needed.
        var captureIsText: UnsafeBufferPointer<Bool>
        var seed: UInt64
        /// None where the stock is not sharded.
        var shelves: Shelves
        /// Whether an attempt begins with something that is drawn.
        var drawsFirst: Bool
        /// Whether an attempt may leave something watched.
        var watches: Bool
    }

    /// The commands that have no effect wherever they stand, beside those that the server flags `readonly`.
    static let harmless: Set<String> = ["WATCH", "UNWATCH", "PING", "ECHO", "TIME", "WAIT"]

    /// `nonisolated(unsafe)`: written once, in `init`, and only read afterwards. Behind a pointer, so that a machine that
    /// hands its tables on copies one word.
    nonisolated(unsafe) let tablesPointer: UnsafePointer<Tables>
    var tables: Tables { tablesPointer.pointee }
    /// Regular expressions, which each machine makes for itself.
    let patterns: [String]
    /// Whether `{now-ms}` is used, so that the caller must read the wall clock.
    package let usesWallClock: Bool
    /// Time between two attempts of a purchase, after a conflict or a failure; from 0 to 0 for none.
    package let backoffMicroseconds: Scenario.Range
    /// Whether a header or a cookie of a service's answer is looked at.
    package let usesHeaders: Bool
    /// Whether some outcome names the units that were sold, or what was left of the items of a cart.
    package let namesUnits: Bool
    /// Units that one attempt may want.
    let mostUnits: Int
    /// None where the stock is not sharded.
    package let shelves: Shelves
    /// The same for each item, where there are several, or for carts of each number of lines; they live as long as this.
    private let ofItems: [StrategyProgram]
    /// Their tables; nil where there is one item.
    nonisolated(unsafe) let itemTables: UnsafePointer<UnsafePointer<Tables>>?
    /// What is in the cart of each purchase; nil where it has none, and ``itemTables`` are of items.
    let carts: CartPicker?

    /// Prepares a strategy.
    ///
    /// - Parameters:
    ///   - saleTag: what `{sale}` stands for.
    ///   - readOnlyCommands: names in capitals of the commands that the server flags `readonly`; every other command is
    ///     taken to have an effect.
    ///   - scriptHashes: the SHA-1 of scripts by name, as the server gave them; a script without one is sent whole.
    ///   - scenario: gives the units, the seed and the think time.
    package convenience init(
        _ strategy: Strategy, saleTag: String, readOnlyCommands: Set<String>, scriptHashes: [String: String] = [:],
        scenario: Scenario
    ) {
        self.init(
            strategy, saleTag: saleTag, readOnlyCommands: readOnlyCommands, scriptHashes: scriptHashes,
            scenario: scenario, keepsCaptures: false)
    }

    /// Of one of several items.
    private convenience init(of item: ItemsForSale.Item, like whole: StrategyCompiler, _ scenario: Scenario) {
        self.init(
            whole.strategy, saleTag: whole.strategy.tag(ofItem: item.item, saleTag: whole.saleTag), item: item.item,
            readOnlyCommands: whole.readOnlyCommands, scriptHashes: whole.scriptHashes,
            scenario: scenario.ofItem(item), keepsCaptures: false)
    }

    /// Of purchases with carts of so many lines.
    private convenience init(lines: Int, of items: ItemsForSale, like whole: StrategyCompiler, _ scenario: Scenario) {
        var scenario = scenario
        scenario.items = nil
        self.init(
            whole.strategy, saleTag: whole.saleTag, readOnlyCommands: whole.readOnlyCommands,
            scriptHashes: whole.scriptHashes, scenario: scenario, keepsCaptures: false,
            cart: (lines, items.items.map(\.item)))
    }

    /// - Parameter keepsCaptures: whether the text of every capture is wanted, for another program.
    init(
        _ strategy: Strategy, saleTag: String, item: String? = nil, readOnlyCommands: Set<String>,
        scriptHashes: [String: String], scenario: Scenario, keepsCaptures: Bool,
        cart: (lines: Int, items: [String])? = nil
    ) {
        var compiler = StrategyCompiler(
            strategy: strategy, saleTag: saleTag, item: item, units: scenario.units, readOnlyCommands: readOnlyCommands,
            scriptHashes: scriptHashes, think: scenario.thinkTimeMicroseconds)
        compiler.attempts = max(1, scenario.attemptNumbers)
        compiler.lines = cart?.lines ?? 1
        compiler.cartItems = cart?.items
        compiler.compile()
        if keepsCaptures { compiler.textCaptures = Set(compiler.captures.indices) }
        let numeric = compiler.numericCaptures
        let tables = Tables(
            literals: Self.keep(compiler.literals + [UInt8](repeating: 0, count: CommandBuffer.literalPadding)),
            parts: Self.keep(compiler.parts),
            pieces: Self.keep(compiler.pieces),
            terms: Self.keep(compiler.terms), steps: Self.keep(compiler.steps), rules: Self.keep(compiler.rules),
            tests: Self.keep(compiler.tests),
            conditions: Self.keep(compiler.conditions), pathSteps: Self.keep(compiler.pathSteps),
            stepCaptures: Self.keep(compiler.stepCaptures), draws: Self.keep(compiler.draws),
            unitParts: Self.keep(compiler.unitParts), unitPieces: Self.keep(compiler.unitPieces),
            names: Self.keep(compiler.names),
            buyEnd: compiler.buyEnd, payEnd: compiler.payEnd, finallyStart: compiler.finallyStart,
            captureIsNumber: Self.keep(compiler.captures.map { numeric.contains($0) }),
            captureIsText: Self.keep(compiler.captures.indices.map { compiler.textCaptures.contains($0) }),
            seed: scenario.seed, shelves: compiler.shelves,
            drawsFirst: !strategy.draws.isEmpty || compiler.shelves.count > 0,
            watches: compiler.steps.contains { $0.watches })
        let memory = UnsafeMutablePointer<Tables>.allocate(capacity: 1)
        memory.initialize(to: tables)
        tablesPointer = UnsafePointer(memory)
        patterns = compiler.patterns
        backoffMicroseconds = strategy.backoffMicroseconds ?? Scenario.Range(min: 0, max: 0)
        usesHeaders = compiler.usesHeaders
        mostUnits = scenario.quantity.max
        shelves = compiler.shelves
        usesWallClock = compiler.terms.contains { $0.source == .nowMilliseconds }
        let compiled = compiler
        carts = CartPicker(scenario)
        if let carts, let items = scenario.items {
            ofItems = (1...carts.lines.max).map {
                StrategyProgram(lines: $0, of: items, like: compiled, scenario)
            }
        } else {
            ofItems = (scenario.items?.items ?? []).map { StrategyProgram(of: $0, like: compiled, scenario) }
        }
        namesUnits = !compiler.unitParts.isEmpty || ofItems.contains(where: \.namesUnits)
        itemTables = ofItems.isEmpty ? nil : Self.keep(ofItems.map(\.tablesPointer)).baseAddress
    }

    deinit {
        tables.literals.deallocate()
        tables.parts.deallocate()
        tables.pieces.deallocate()
        tables.terms.deallocate()
        tables.steps.deallocate()
        tables.rules.deallocate()
        tables.tests.deallocate()
        tables.conditions.deallocate()
        tables.pathSteps.deallocate()
        tables.stepCaptures.deallocate()
        tables.draws.deallocate()
        tables.unitParts.deallocate()
        tables.unitPieces.deallocate()
        tables.names.deallocate()
        tables.captureIsNumber.deallocate()
        tables.captureIsText.deallocate()
        tablesPointer.deallocate()
        itemTables?.deallocate()
    }

    private static func keep<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
        let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = memory.initialize(from: elements)
        return UnsafeBufferPointer(memory)
    }
}
