/// Finds where replies end, whatever pieces they come in: RESP2 and RESP3
/// (https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md). It keeps no bytes but the first ones of a text.
package struct ReplyFramer {
    /// What came of some bytes.
    package enum Event: Equatable {
        /// All were read, and the reply goes on.
        case more
        /// The first line of a reply was read: ``kind``, ``value`` and ``isNull`` are known, and of a line its text.
        case header
        /// The reply ended.
        case end
        /// This is no reply: why.
        case broken(String)
    }

    private enum State {
        case type, line
        /// So many bytes of a text are to come, its line break among them.
        case body(Int)
        case finished
    }

    /// Bytes of a text that are kept.
    package static let textKept = 96
    private static let mostValues = 1 << 40

    /// The first byte of the reply.
    package private(set) var kind: UInt8 = 0
    /// The number in its first line.
    package private(set) var value = 0
    package private(set) var isNull = false
    /// The beginning of its line or text; of an array or a push, of the first text in it.
    private(set) var text: [UInt8] = []
    /// Pushes answer nothing.
    package var isPush: Bool { kind == UInt8(ascii: ">") }
    package var isError: Bool { kind == UInt8(ascii: "-") || kind == UInt8(ascii: "!") }

    private var state = State.type
    /// The first byte of the value that is being read.
    private var type: UInt8 = 0
    private var isTop = false
    private var number = 0
    private var digits = 0
    private var isNegative = false
    private var isNumber = true
    /// Values of the reply that are still to come, with the one that is being read.
    private var left = 0
    /// The same of the attributes before it.
    private var attributesLeft = 0
    private var textIsWhole = false

    package init() { text.reserveCapacity(Self.textKept) }

    /// Reads on, up to the next event.
    ///
    /// - Returns: how many bytes were read. What follows is for the next call, also if nothing is left.
    package mutating func advance(_ bytes: UnsafeRawBufferPointer) -> (used: Int, event: Event) {
        var index = 0
        if case .finished = state {
            state = .type
            return (0, .end)
        }
        while index < bytes.count {
            switch state {
            case .type:
                begin(bytes[index])
                index += 1
            case .line:
                let byte = bytes[index]
                index += 1
                if byte != 10 {
                    takeLine(byte)
                } else if let event = endLine() {
                    return (index, event)
                }
            case .body(let rest):
                let taken = min(rest, bytes.count - index)
                keep(UnsafeRawBufferPointer(rebasing: bytes[index..<index + min(taken, max(0, rest - 2))]))
                index += taken
                guard taken == rest else {
                    state = .body(rest - taken)
                    return (index, .more)
                }
                textIsWhole = true
                state = .type
                if complete() {
                    state = .type
                    return (index, .end)
                }
            case .finished: return (index, .broken("nothing"))
            }
        }
        return (index, .more)
    }

    private mutating func begin(_ byte: UInt8) {
        type = byte
        number = 0
        digits = 0
        isNegative = false
        isNumber = true
        if left == 0 {
            left = 1
            textIsWhole = true
        }
        isTop = left == 1 && attributesLeft == 0 && textIsWhole && kindIsOpen
        if isTop, type != UInt8(ascii: "|") {
            kind = type
            value = 0
            isNull = false
            text.removeAll(keepingCapacity: true)
            textIsWhole = false
            kindIsOpen = false
        }
        state = .line
    }

    /// Whether the reply itself, behind its attributes, is still to begin.
    private var kindIsOpen = true

    private mutating func takeLine(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9") where digits < 18:
            digits += 1
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "-") where digits == 0 && !isNegative: isNegative = true
        case 13: return
        default: isNumber = false
        }
        if isTop, text.count < Self.textKept { text.append(byte) }
    }

    /// The line of a value is over: what it says, if that is an event.
    private mutating func endLine() -> Event? {
        let count = isNegative ? -number : number
        state = .type
        switch type {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "#"),
            UInt8(ascii: ","), UInt8(ascii: "("):
            let wasTop = isTop
            if wasTop {
                value = count
                isNull = type == UInt8(ascii: "_")
            }
            let isOver = complete()
            guard wasTop else { return isOver ? .end : nil }
            state = .finished
            return .header
        case UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "!"): return endSize(count)
        case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "%"), UInt8(ascii: "|"):
            return endCount(count)
        default: return .broken("a reply starts with the byte \(type)")
        }
    }

    private mutating func endSize(_ size: Int) -> Event? {
        guard isNumber, digits > 0 else { return .broken("the size of a text is no number") }
        if isTop {
            value = size
            isNull = size < 0
            text.removeAll(keepingCapacity: true)
        }
        if size < 0 {
            let wasTop = isTop
            let isOver = complete()
            guard wasTop else { return isOver ? .end : nil }
            state = .finished
            return .header
        }
        state = .body(size + 2)
        return isTop ? .header : nil
    }

    private mutating func endCount(_ count: Int) -> Event? {
        guard isNumber, digits > 0, count < Self.mostValues else { return .broken("the size of an array is no number") }
        let values = max(0, count) * (type == UInt8(ascii: "%") || type == UInt8(ascii: "|") ? 2 : 1)
        if type == UInt8(ascii: "|") {
            // Attributes come beside a value, and count as none.
            if isTop || attributesLeft > 0 { attributesLeft += values } else { left += values }
            return nil
        }
        if attributesLeft > 0 { attributesLeft += values } else { left += values }
        guard left < Self.mostValues, attributesLeft < Self.mostValues else {
            return .broken("a reply has too many values")
        }
        let wasTop = isTop
        if wasTop {
            value = count
            isNull = count < 0
            text.removeAll(keepingCapacity: true)
        }
        let isOver = complete()
        guard wasTop else { return isOver ? .end : nil }
        if isOver { state = .finished }
        return .header
    }

    /// One value is over. Whether the whole reply is.
    private mutating func complete() -> Bool {
        if attributesLeft > 0 {
            attributesLeft -= 1
            return false
        }
        left -= 1
        if left == 0 {
            kindIsOpen = true
            textIsWhole = true
        }
        return left == 0
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        guard attributesLeft == 0, !textIsWhole else { return }
        text.append(contentsOf: bytes.prefix(Self.textKept - text.count))
    }
}
