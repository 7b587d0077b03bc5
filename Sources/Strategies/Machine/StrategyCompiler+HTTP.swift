/// Requests to a service as the machine writes them.
extension StrategyCompiler {
    mutating func append(_ request: Strategy.HTTPRequest) {
        var written: [StrategyProgram.Piece] = []
        var text: [UInt8] = []
        func keepText() {
            guard !text.isEmpty else { return }
            literals += text
            written.append(.text(start: literals.count - text.count, count: text.count))
            text = []
        }
        for element in request.elements {
            switch element {
            case .text(let bytes): text += bytes
            case .filled(let template, let encoding, let encodesText):
                for piece in template.pieces {
                    // What the file's author wrote stands as it is; values never become a part of the form.
                    if case .text(let own) = piece, !encodesText {
                        text += Array(own.utf8)
                        continue
                    }
                    for resolved in resolve(Template(pieces: [piece])) {
                        switch resolved {
                        // Encoded here, once.
                        case .text(let bytes): text += encoding.encode(bytes)
                        case .sum(let sum):
                            keepText()
                            written.append(.number(sum))
                        case .capture(let index):
                            keepText()
                            written.append(.encoded(index, encoding))
                        case .itemOfLine(let line):
                            keepText()
                            written.append(.item(line: line, names: nameRun(encoding)))
                        }
                    }
                }
            }
        }
        keepText()
        flush()
        let start = pieces.count
        pieces += written
        parts.append(.plain(start: start, count: written.count))
    }
}
