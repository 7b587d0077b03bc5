/// What is written down of a command.
extension ProxiedConnection {
    /// Appends name, keys and arguments of the command at hand as cells, unless nothing is recorded. How many bytes they have.
    func appendText(_ met: MetCommand) -> Int {
        guard loop.records else { return 0 }
        let before = texts.count
        for byte in argument(0).prefix(RecordText.argumentBytes) {
            RecordText.append(CommandName.capital(byte), to: &texts)
        }
        texts.append(UInt8(ascii: ","))
        if !met.traits.isSecret { appendKeys(met.traits.keys) }
        texts.append(UInt8(ascii: ","))
        if met.traits.isSecret {
            if framer.argumentCount > 1 { RecordText.append("(hidden)", to: &texts) }
        } else {
            appendArguments()
        }
        return texts.count - before
    }

    private func appendArguments() {
        let start = texts.count
        for index in framer.arguments.indices.dropFirst() {
            if index > 1 { texts.append(32) }
            guard texts.count - start < RecordText.allBytes else { return RecordText.appendMark(to: &texts) }
            RecordText.append(argument(index), cutAt: RecordText.argumentBytes, to: &texts)
        }
        if framer.argumentCount > framer.arguments.count {
            texts.append(32)
            RecordText.appendMark(to: &texts)
        }
    }

    private func appendKeys(_ keys: CommandTraits.Keys) {
        let kept = framer.arguments.count
        let places: StrideThrough<Int>
        switch keys {
        case .none: return
        case .places(let first, let last, let step):
            let end = last < 0 ? framer.argumentCount + last : last
            places = stride(from: first, through: min(end, kept - 1), by: step)
        case .counted(let place):
            guard place < kept, let count = Int(String(decoding: argument(place), as: UTF8.self)) else { return }
            places = stride(from: place + 1, through: place + min(count, kept), by: 1)
        }
        var isFirst = true
        for place in places where place > 0 && place < kept {
            if !isFirst { texts.append(32) }
            isFirst = false
            RecordText.append(argument(place), cutAt: RecordText.keyBytes, to: &texts)
        }
    }
}
