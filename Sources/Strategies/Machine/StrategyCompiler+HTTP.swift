/// Requests to a service as the machine writes them: a first line, header lines, an empty line and the body.
extension StrategyCompiler {
    mutating func append(_ request: Strategy.HTTPRequest) {
        var writing = RequestWriting()
        writing.text(request.method + " ")
        for piece in resolve(request.target) { writing.append(piece, as: .percent) }
        writing.text("\r\n")
        for header in request.headers {
            writing.text(header.name + ": ")
            for piece in resolve(header.value) { writing.append(piece, as: .header) }
            writing.text("\r\n")
        }
        if let type = request.impliedType { writing.text("Content-Type: \(type)\r\n") }
        writing.text("\r\n")
        switch request.body {
        case .none: break
        case .text(let template): for piece in resolve(template) { writing.append(piece, as: .none) }
        case .form(let fields):
            for (index, field) in fields.enumerated() {
                writing.text(index > 0 ? "&" : "")
                writing.bytes(TextEncoding.percent.encode(Array(field.name.utf8)))
                writing.text("=")
                for piece in encoded(field.value, as: .percent) { writing.append(piece, as: .percent) }
            }
        case .json(let json): append(json, to: &writing)
        }
        flush()
        let start = pieces.count
        for piece in writing.pieces { pieces.append(store(piece)) }
        parts.append(.plain(start: start, count: pieces.count - start))
    }

    private mutating func append(_ json: Strategy.HTTPRequest.JSON, to writing: inout RequestWriting) {
        switch json {
        case .object(let members):
            writing.text("{")
            for (index, member) in members.enumerated() {
                writing.text(index > 0 ? ",\"" : "\"")
                writing.bytes(TextEncoding.json.encode(Array(member.name.utf8)))
                writing.text("\":")
                append(member.value, to: &writing)
            }
            writing.text("}")
        case .array(let items):
            writing.text("[")
            for (index, item) in items.enumerated() {
                writing.text(index > 0 ? "," : "")
                append(item, to: &writing)
            }
            writing.text("]")
        case .text(let template):
            writing.text("\"")
            for piece in encoded(template, as: .json) { writing.append(piece, as: .json) }
            writing.text("\"")
        case .number(let expression):
            for piece in resolve(Template(pieces: [.expression(expression)])) { writing.append(piece, as: .none) }
        case .literal(let text): writing.text(text)
        }
    }

    /// Text of the file itself is encoded here, once; in a path it stands as its author wrote it.
    private mutating func encoded(_ template: Template, as encoding: TextEncoding) -> [Resolved] {
        resolve(template).map { piece in
            if case .text(let bytes) = piece { .text(encoding.encode(bytes)) } else { piece }
        }
    }

    private mutating func store(_ piece: RequestWriting.Piece) -> StrategyProgram.Piece {
        switch piece {
        case .text(let bytes):
            literals += bytes
            return .text(start: literals.count - bytes.count, count: bytes.count)
        case .sum(let sum): return .number(sum)
        case .capture(let index, let encoding): return .encoded(index, encoding)
        }
    }
}

/// Collects a request, and joins what is the same for every attempt.
private struct RequestWriting {
    enum Piece {
        case text([UInt8])
        case sum(StrategyProgram.Sum)
        case capture(Int, TextEncoding)
    }

    private(set) var pieces: [Piece] = []

    mutating func text(_ text: String) { bytes(Array(text.utf8)) }

    mutating func bytes(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        if case .text(let before)? = pieces.last {
            pieces[pieces.count - 1] = .text(before + bytes)
        } else {
            pieces.append(.text(bytes))
        }
    }

    mutating func append(_ piece: StrategyCompiler.Resolved, as encoding: TextEncoding) {
        switch piece {
        case .text(let bytes): self.bytes(bytes)
        case .sum(let sum): pieces.append(.sum(sum))
        case .capture(let index): pieces.append(.capture(index, encoding))
        }
    }
}

extension Strategy.HTTPRequest {
    /// The type that the body says of itself, where the file does not.
    fileprivate var impliedType: String? {
        guard !headers.contains(where: { $0.name.lowercased() == "content-type" }) else { return nil }
        return switch body {
        case .json: "application/json"
        case .form: "application/x-www-form-urlencoded"
        case .none, .text: nil
        }
    }
}
