/// What an attempt keeps of its replies, and the conditions on that.
extension StrategyMachine {
    /// Keeps a part of the reply; false where it is not there, or is no number although one is wanted.
    mutating func capture(_ capture: StrategyProgram.Capture, _ reply: borrowing Reply) -> Bool {
        let isThere = capture.path.isJSON ? captureJSON(capture, reply) : captureNode(capture, reply)
        guard isThere, values.captures[capture.index].number != nil || !tables.captureIsNumber[capture.index] else {
            return false
        }
        values.taken |= 1 << UInt64(capture.index)
        return true
    }

    private mutating func captureNode(_ capture: StrategyProgram.Capture, _ reply: borrowing Reply) -> Bool {
        guard let node = node(capture.path, reply) else { return false }
        let kind = reply.kind(at: node)
        guard kind == .integer || kind == .string || kind == .status else { return false }
        if tables.captureIsText[capture.index] {
            values.captures[capture.index].bytes.removeAll(keepingCapacity: true)
            if kind == .integer {
                values.captures[capture.index].append(decimal: reply.nodes[node].integer)
            } else {
                reply.withText(at: node) { values.captures[capture.index].bytes.append(contentsOf: $0) }
            }
        }
        values.captures[capture.index].number = Self.small(reply.integer(at: node))
        return true
    }

    private mutating func captureJSON(_ capture: StrategyProgram.Capture, _ reply: borrowing Reply) -> Bool {
        values.captures[capture.index].bytes.removeAll(keepingCapacity: true)
        let found = withJSON(at: capture.path, in: reply, node: Reply.root) { scanner, value -> (Int?, [UInt8])? in
            switch value {
            case .integer(let number): return (number, Array(String(number).utf8))
            case .text(let range, let hasEscapes):
                let written = UnsafeBufferPointer(rebasing: scanner.bytes[range])
                let text = hasEscapes ? JSONScanner.unescaped(written) : Array(written)
                return (Reply.integer(text), text)
            case .boolean(let value): return (nil, Array((value ? "true" : "false").utf8))
            case .otherNumber, .null, .array, .object: return nil
            }
        }
        guard let (number, text) = found else { return false }
        values.captures[capture.index].number = Self.small(number)
        values.captures[capture.index].bytes.append(contentsOf: text)
        return true
    }

    /// The number if it is so small that sums of a few cannot overflow.
    private static func small(_ number: Int?) -> Int? {
        number.flatMap { $0.magnitude <= Reply.largestNumber ? $0 : nil }
    }

    // MARK: Conditions

    mutating func holds(_ condition: StrategyProgram.Condition) -> Bool {
        let isTaken = condition.needs & ~values.taken == 0
        switch condition.test {
        case .taken: return isTaken
        case .notTaken: return !isTaken
        case .compare(let left, let comparison, let right):
            guard isTaken else { return false }
            return comparison.holds(value(of: left), value(of: right))
        case .text(let capture, let start, let count, let isNegated):
            guard isTaken else { return false }
            return values.captures[capture].bytes.elementsEqual(tables.literals[start..<start + count]) != isNegated
        case .all(let run): return holds(run, ifAny: false)
        case .any(let run): return holds(run, ifAny: true)
        }
    }

    /// Whether one of the conditions holds, or all of them.
    @inline(never)
    private mutating func holds(_ run: StrategyProgram.Span, ifAny isEnough: Bool) -> Bool {
        for index in run.start..<run.end where holds(tables.conditions[index]) == isEnough { return isEnough }
        return !isEnough
    }
}

extension StrategyMachine.Capture {
    /// Appends a decimal number without a string in between.
    fileprivate mutating func append(decimal value: Int) {
        let start = bytes.count
        var magnitude = value.magnitude
        repeat {
            let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
            bytes.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: remainder))
            magnitude = quotient
        } while magnitude != 0
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes[start...].reverse()
    }
}
