internal import FlashSale

/// How an attempt's values become bytes.
extension StrategyMachine {
    /// What `{random}` stands for in the attempt that is under way.
    package var random: Int { values.random }

    // MARK: Values

    /// The sum, or nil where the reply does not have the number.
    mutating func value(of sum: StrategyProgram.Sum, _ reply: borrowing Reply) -> Int? {
        var total = sum.constant
        for index in sum.start..<sum.start + sum.count {
            let term = tables.terms[index]
            var number = 0
            switch term.source {
            case .reply(let path):
                guard let value = self.number(at: path, reply) else { return nil }
                number = value
            case .capture(let index):
                guard values.taken & 1 << UInt64(index) != 0, let value = values.captures[index].number else {
                    return nil
                }
                number = value
            case .randomBetween: return nil
            case .remainder(let base, let modulus):
                guard let value = value(of: .init(constant: 0, start: base, count: 1), reply) else { return nil }
                number = Template.Expression.remainder(value, modulus)
            case let source: number = plainValue(of: source)
            }
            let next =
                term.isNegative ? total.subtractingReportingOverflow(number) : total.addingReportingOverflow(number)
            guard !next.overflow else { return nil }
            total = next.partialValue
        }
        return total
    }

    /// Whether this attempt has every capture of the sum.
    mutating func isTaken(_ sum: StrategyProgram.Sum) -> Bool {
        (sum.start..<sum.start + sum.count).allSatisfy { index in
            switch tables.terms[index].source {
            case .capture(let capture): values.taken & 1 << UInt64(capture) != 0
            case .remainder(let base, _): isTaken(.init(constant: 0, start: base, count: 1))
            default: true
            }
        }
    }

    /// The sum, of captures that were taken.
    @inline(__always)
    mutating func value(of sum: StrategyProgram.Sum) -> Int {
        // Most are one number and perhaps a constant.
        if sum.count == 1 {
            let term = tables.terms[sum.start]
            if case .randomBetween = term.source { return total(of: sum) }
            let number = plainValue(of: term.source)
            return term.isNegative ? sum.constant &- number : sum.constant &+ number
        }
        return total(of: sum)
    }

    @inline(never)
    private mutating func total(of sum: StrategyProgram.Sum) -> Int {
        var total = sum.constant
        var index = sum.start
        let end = sum.start + sum.count
        while index < end {
            defer { index += 1 }
            let term = tables.terms[index]
            var number = 0
            if case .randomBetween(let lower, let upper) = term.source {
                number = Int.random(in: lower...upper, using: &values.generator)
            } else {
                number = plainValue(of: term.source)
            }
            total = term.isNegative ? total &- number : total &+ number
        }
        return total
    }

    @inline(__always)
    private mutating func plainValue(of source: StrategyProgram.Source) -> Int {
        switch source {
        case .buyer: context.buyer
        case .purchase: context.purchase
        case .attempt: context.attempt
        case .attemptNumber(let attempts): (context.attempt &- 1) % attempts &+ 1
        case .quantity: context.quantity
        case .quantityOfLine(let line): cart[line].quantity
        case .worker: context.worker
        case .thread: context.thread
        case .client: context.client
        case .nowMilliseconds: context.nowMilliseconds
        case .random: values.random
        case .capture(let index): values.captures[index].number ?? 0
        case .draw(let index): values.draws[index]
        case .shelf: values.shelf
        case .shelfUnits: tables.shelves.units(on: values.shelf)
        case .remainder(let base, let modulus): remainder(of: base, by: modulus)
        case .reply, .randomBetween: 0
        }
    }

    @inline(never)
    private mutating func remainder(of base: Int, by modulus: Int) -> Int {
        Template.Expression.remainder(total(of: .init(constant: 0, start: base, count: 1)), modulus)
    }

    /// Draws the shelf that the attempt begins at, and what the file says to draw, once for the attempt.
    @inline(never)
    mutating func drawFirst() {
        if tables.shelves.count > 0 { beginTour() }
        for (index, draw) in tables.draws.enumerated() {
            values.draws[index] = Int.random(in: draw.lower...draw.upper, using: &values.generator)
        }
    }

    // MARK: Bytes

    mutating func write(_ part: StrategyProgram.Part) {
        switch part {
        case .literal(let start, let count): writeLiteral(start, count)
        case .number(let sum):
            buffer.append(bulkDecimal: value(of: sum))
        case .capture(let index):
            buffer.appendBulkHead(count: values.captures[index].bytes.count)
            values.captures[index].bytes.withUnsafeBufferPointer { buffer.append($0) }
            buffer.appendLineEnd()
        case .mixed(let start, let count): writeMixed(start, count)
        case .plain(let start, let count): writePlain(start, count)
        }
    }

    /// Writes a part of a request.
    @inline(never)
    private mutating func writePlain(_ start: Int, _ count: Int) {
        for index in start..<start + count {
            switch tables.pieces[index] {
            case .text(let start, let count): writeLiteral(start, count)
            case .number(let sum): buffer.append(decimal: value(of: sum))
            case .capture(let index): values.captures[index].bytes.withUnsafeBufferPointer { buffer.append($0) }
            case .encoded(let index, let encoding):
                encoding.encode(values.captures[index].bytes).withUnsafeBufferPointer { buffer.append($0) }
            case .item(let line, let names): writeName(line, names)
            }
        }
    }

    /// Writes the name of what is on a line of the cart.
    private mutating func writeName(_ line: Int, _ names: Int) {
        let name = tables.names[names + cart[line].item]
        writeLiteral(name.start, name.end - name.start)
    }

    @inline(__always)
    private mutating func writeLiteral(_ start: Int, _ count: Int) {
        // A program has literals: at least their padding.
        buffer.append(literal: tables.literals.baseAddress! + start, count: count)
    }

    /// Writes an argument of several pieces: first their length, then themselves. A number is drawn or summed twice, so
    /// the generator goes back in between.
    private mutating func writeMixed(_ start: Int, _ count: Int) {
        let generatorBefore = values.generator
        var length = 0
        for index in start..<start + count {
            switch tables.pieces[index] {
            case .text(_, let count): length += count
            case .number(let sum): length += CommandBuffer.width(of: value(of: sum))
            case .capture(let index), .encoded(let index, _): length += values.captures[index].bytes.count
            case .item(let line, let names):
                let name = tables.names[names + cart[line].item]
                length += name.end - name.start
            }
        }
        values.generator = generatorBefore
        buffer.appendBulkHead(count: length)
        for index in start..<start + count {
            switch tables.pieces[index] {
            case .text(let start, let count): writeLiteral(start, count)
            case .number(let sum): buffer.append(decimal: value(of: sum))
            case .capture(let index), .encoded(let index, _):
                values.captures[index].bytes.withUnsafeBufferPointer { buffer.append($0) }
            case .item(let line, let names): writeName(line, names)
            }
        }
        buffer.appendLineEnd()
    }
}
