internal import FlashSale

/// Which units an attempt was sold, by their names.
extension StrategyMachine {
    /// The names of the units of the attempt that is finished, as a ``UnitNameList``; valid until the next attempt begins.
    /// Empty unless its result says that there are some.
    package var unitNames: UnsafeRawBufferPointer { units.list }

    /// The result of a rule that names units.
    @inline(never)
    mutating func named(_ rule: UnsafePointer<StrategyProgram.Rule>, _ reply: borrowing Reply) -> Result {
        let remaining = rule.pointee.remaining.flatMap { value(of: $0, reply) }
        return name(Result(rule.pointee.outcome, remaining: remaining), rule.pointee.units, reply)
    }

    /// Adds the names to a result. A win of which they cannot be had is a hole.
    @inline(never)
    mutating func name(
        _ result: Result, _ parts: StrategyProgram.Span, _ reply: borrowing Reply
    ) -> Result {
        var result = result
        units.reset()
        result.namesUnits = takeNames(parts, reply)
        if !result.namesUnits {
            units.reset()
            if result.outcome == .won {
                result.isHole = true
                if remarks.firstNameless == nil {
                    remarks.firstNameless = reply.nodes.isEmpty ? "(no reply)" : reply.description
                }
            }
        }
        return result
    }

    /// False where one is missing, or there are more than the attempt wants units.
    private mutating func takeNames(_ parts: StrategyProgram.Span, _ reply: borrowing Reply) -> Bool {
        for index in parts.start..<parts.end {
            switch tables.unitParts[index] {
            case .place(let path):
                guard path.isJSON ? takeJSON(path, reply) : takePlace(path, reply) else { return false }
            case .pieces(let pieces):
                units.begin()
                for piece in pieces.start..<pieces.end {
                    guard take(tables.unitPieces[piece], reply) else { return false }
                }
                guard end() else { return false }
            }
        }
        return units.names > 0
    }

    private mutating func end() -> Bool { units.end() && units.names <= context.quantity }

    private mutating func takePlace(_ path: StrategyProgram.Path, _ reply: borrowing Reply) -> Bool {
        guard let node = node(path, reply) else { return false }
        guard reply.kind(at: node) == .array else { return takeNode(node, reply) }
        // The elements of a flat array stand one after the other; a list in a list is no list of names.
        for element in node + 1..<node + 1 + reply.elementCount(at: node) {
            guard takeNode(element, reply) else { return false }
        }
        return true
    }

    private mutating func takeNode(_ node: Int, _ reply: borrowing Reply) -> Bool {
        units.begin()
        return append(node, reply) && end()
    }

    private mutating func append(_ node: Int, _ reply: borrowing Reply) -> Bool {
        switch reply.kind(at: node) {
        case .integer: units.append(decimal: reply.nodes[node].integer)
        case .string, .status: reply.withText(at: node) { units.append($0) }
        case .error, .null, .array: return false
        }
        return true
    }

    private mutating func takeJSON(_ path: StrategyProgram.Path, _ reply: borrowing Reply) -> Bool {
        guard let names = jsonNames(path, reply), !names.isEmpty else { return false }
        for name in names {
            units.begin()
            name.withUnsafeBufferPointer { units.append($0) }
            guard end() else { return false }
        }
        return true
    }

    /// The text at the end of a path, or those of an array there; nil where there is something else.
    private func jsonNames(_ path: StrategyProgram.Path, _ reply: borrowing Reply) -> [[UInt8]]? {
        let most = context.quantity
        let found = withJSON(at: path, in: reply, node: Reply.root) { scanner, value -> [[UInt8]]? in
            guard value == .array else { return Self.text(value, scanner).map { [$0] } }
            var names: [[UInt8]] = []
            while names.count <= most {
                var element = copy scanner
                guard element.enter(element: names.count), let value = element.peek() else { return names }
                guard let name = Self.text(value, element) else { return nil }
                names.append(name)
            }
            return names
        }
        return found
    }

    private static func text(_ value: JSONScanner.Value, _ scanner: borrowing JSONScanner) -> [UInt8]? {
        switch value {
        case .integer(let number): return Array(String(number).utf8)
        case .text(let range, let hasEscapes):
            let written = UnsafeBufferPointer(rebasing: scanner.bytes[range])
            return hasEscapes ? JSONScanner.unescaped(written) : Array(written)
        case .otherNumber, .boolean, .null, .array, .object: return nil
        }
    }

    /// A piece of a name.
    private mutating func take(_ piece: StrategyProgram.UnitPiece, _ reply: borrowing Reply) -> Bool {
        switch piece {
        case .text(let start, let count):
            units.append(UnsafeBufferPointer(rebasing: tables.literals[start..<start + count]))
        case .number(let sum):
            guard let number = value(of: sum, reply) else { return false }
            units.append(decimal: number)
        case .capture(let index):
            guard values.taken & 1 << UInt64(index) != 0 else { return false }
            values.captures[index].bytes.withUnsafeBufferPointer { units.append($0) }
        case .place(let path):
            guard !path.isJSON else {
                guard let names = jsonNames(path, reply), names.count == 1 else { return false }
                names[0].withUnsafeBufferPointer { units.append($0) }
                return true
            }
            guard let node = node(path, reply) else { return false }
            return append(node, reply)
        }
        return true
    }
}
