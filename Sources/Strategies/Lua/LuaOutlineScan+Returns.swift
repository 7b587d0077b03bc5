/// What a script returns, and what that seems to mean.
extension LuaOutlineScan {
    mutating func noteReturn(at index: Int) {
        guard !frames.contains(where: \.isFunction) else { return }
        let meaning = meaning
        if meaning == .won { for frame in frames.indices { frames[frame].hasWon = true } }
        outline.returns.append(.init(value: value(ofReturnAt: index + 1), line: tokens[index].line, meaning: meaning))
    }

    private func value(ofReturnAt index: Int) -> LuaOutline.Return.Value {
        func ends(_ index: Int) -> Bool {
            index >= tokens.count || ["end", "else", "elseif", "until", ";"].contains(word(index))
        }
        if let text = string(index), ends(index + 1) { return .text(text) }
        if let number = Int(word(index)), ends(index + 1) { return .integer(number) }
        if word(index) == "-", let number = Int(word(index + 1)), ends(index + 2) { return .integer(-number) }
        switch word(index) {
        case "true": return .integer(1)
        case "nil", "false": return .null
        case _ where ends(index): return .null
        case "{":
            if word(index + 1) == "err", let text = string(index + 3) { return .error(text) }
            if word(index + 1) == "ok", let text = string(index + 3) { return .text(text) }
            let isNegative = word(index + 1) == "-"
            return .table(first: Int(word(index + (isNegative ? 2 : 1))).map { isNegative ? -$0 : $0 })
        case "redis" where word(index + 2) == "error_reply": return .error(string(index + 4) ?? "")
        case "redis" where word(index + 2) == "status_reply": return .text(string(index + 4) ?? "")
        case "cjson": return .json
        default:
            var words: [String] = []
            var next = index
            while !ends(next), words.count < 12 {
                words.append(string(next).map { "'\($0)'" } ?? word(next))
                next += 1
            }
            return .other(words.joined(separator: " "))
        }
    }

    /// From the condition of the innermost branch, and from what was called in it.
    private var meaning: LuaOutline.Return.Meaning {
        guard let frame = frames.last, frames.count > 1 else { return frames[0].hasWon ? .soldOut : .won }
        guard let condition = frame.condition else {
            return frame.takes || (!frame.hasWon && !frames[0].hasWon) ? .won : .soldOut
        }
        if frame.takes { return .won }
        var isMissing = false
        for index in condition {
            var command = command(at: index)
            if case .reply(let of)? = reference(at: index)?.0 { command = of }
            if let command, Self.asksForBuyer.contains(command) { return .duplicate }
            if let command, ["LPOP", "RPOP", "SPOP"].contains(command) { return .soldOut }
            if word(index) == "not" || word(index) == "nil" || word(index) == "false" { isMissing = true }
        }
        let isCompared = condition.contains { ["<", "<=", ">", ">=", "=="].contains(word($0)) }
        return isMissing && !condition.contains { ["<", "<="].contains(word($0)) } || !isCompared ? .failed : .soldOut
    }

    private static let asksForBuyer: Set<String> = [
        "SISMEMBER", "HEXISTS", "EXISTS", "GETBIT", "ZSCORE", "SADD", "SETNX", "HSETNX", "ZRANK",
    ]
}
