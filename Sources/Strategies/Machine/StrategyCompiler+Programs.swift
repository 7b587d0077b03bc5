/// Questions to a program, and the arguments of commands, as the machine writes them.
extension StrategyCompiler {
    /// `{"id":17,"buyer":3,"purchase":9,"attempt":1,"quantity":1,"units":1000,"sale":"…"}` and a line end. The id, which no two
    /// questions of a run share, stands first: who sends it reads it there.
    mutating func appendQuestion() {
        flush()
        let start = pieces.count
        let fields: [(name: String, source: StrategyProgram.Source)] = [
            ("id", .attempt), ("buyer", .buyer), ("purchase", .purchase),
            ("attempt", .attemptNumber(attempts: attempts)),
            ("quantity", .quantity),
        ]
        for (index, field) in fields.enumerated() {
            appendPiece("\(index == 0 ? "{" : ",")\"\(field.name)\":")
            terms.append(.init(isNegative: false, source: field.source))
            pieces.append(.number(.init(constant: 0, start: terms.count - 1, count: 1)))
        }
        if cartItems != nil, let cart = ofCart(.variable(.cart)) {
            appendPiece(",\"cart\":")
            for piece in cart {
                switch piece {
                case .text(let bytes): appendPiece(String(decoding: bytes, as: UTF8.self))
                case .sum(let sum): pieces.append(.number(sum))
                case .itemOfLine(let line): pieces.append(.item(line: line, names: nameRun(.json)))
                case .capture: break
                }
            }
        }
        let sale = String(decoding: TextEncoding.json.encode(Array(saleTag.utf8)), as: UTF8.self)
        appendPiece(",\"units\":\(units),\"sale\":\"\(sale)\"}\n")
        parts.append(.plain(start: start, count: pieces.count - start))
    }

    /// The words of a command, a NUL after each: no value has one, so that none becomes two.
    mutating func append(_ call: Strategy.CommandCall) {
        flush()
        let start = pieces.count
        for argument in call.arguments {
            for piece in resolve(argument) {
                switch piece {
                case .text(let bytes): appendPiece(String(decoding: bytes, as: UTF8.self))
                case .sum(let sum): pieces.append(.number(sum))
                case .capture(let index): pieces.append(.encoded(index, .argument))
                case .itemOfLine(let line): pieces.append(.item(line: line, names: nameRun(.argument)))
                }
            }
            appendPiece("\0")
        }
        parts.append(.plain(start: start, count: pieces.count - start))
    }

    private mutating func appendPiece(_ text: String) {
        pieces.append(.text(start: literal(text), count: text.utf8.count))
    }
}
