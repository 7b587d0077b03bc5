/// Finds where commands end, whatever pieces they come in: arrays of bulk strings and inline commands
/// (https://redis.io/docs/latest/develop/reference/protocol-spec/). It keeps no bytes, only where the first arguments are.
package struct CommandFramer {
    /// What came of some bytes.
    package enum Outcome: Equatable {
        /// All were read, and the command goes on.
        case incomplete
        /// The command ends with the last byte that was read.
        case complete
        /// The same, of something that a server takes and does not answer: an empty line, an empty array.
        case empty
        /// This is no command: why.
        case broken(String)
    }

    /// Where an argument stands, counted from the command's first byte.
    struct Argument {
        var start: Int
        var count: Int
    }

    private enum State {
        case start
        case inline(inWord: Bool)
        /// A number is being read, of arguments or of an argument's bytes.
        case count, size
        case countEnd, sizeEnd
        case mark
        /// So many bytes of an argument are to come, its line break among them.
        case body(Int)
    }

    /// Arguments whose places are kept.
    static let argumentsKept = 64
    private static let longestInline = 64 * 1024

    /// Bytes of the command so far.
    package private(set) var length = 0
    /// How many arguments there are, or will be, the name among them.
    package private(set) var argumentCount = 0
    private(set) var arguments: [Argument] = []
    private(set) var isInline = false
    private var state = State.start
    private var number = 0
    private var digits = 0
    private var isNegative = false
    private var left = 0

    package init() {}

    /// Makes ready for the next command.
    package mutating func next() {
        length = 0
        argumentCount = 0
        arguments.removeAll(keepingCapacity: true)
        isInline = false
        state = .start
    }

    /// Reads on, up to the end of the command.
    package mutating func advance(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        var index = 0
        let origin = length
        defer { length = origin + index }
        while index < bytes.count {
            if case .body(let rest) = state {
                let taken = min(rest, bytes.count - index)
                index += taken
                guard taken == rest else {
                    state = .body(rest - taken)
                    return .incomplete
                }
                left -= 1
                if left == 0 { return .complete }
                state = .mark
                continue
            }
            let byte = bytes[index]
            index += 1
            if let outcome = take(byte, at: origin + index - 1) { return outcome }
        }
        return .incomplete
    }

    private mutating func take(_ byte: UInt8, at place: Int) -> Outcome? {
        switch state {
        case .start: return begin(byte, at: place)
        case .inline(let inWord): return takeInline(byte, inWord: inWord, at: place)
        case .count, .size: return takeDigit(byte)
        case .countEnd:
            guard byte == 10 else { return .broken("a line that starts with * ends with a CR alone") }
            guard number > 0 else { return .empty }
            argumentCount = number
            left = number
            state = .mark
        case .mark:
            guard byte == UInt8(ascii: "$") else {
                return .broken("an argument starts with \(Self.shown(byte)) in the place of $")
            }
            startNumber(.size)
        case .sizeEnd:
            guard byte == 10, !isNegative else { return .broken("the size of an argument is no number of bytes") }
            if arguments.count < Self.argumentsKept {
                arguments.append(Argument(start: place + 1, count: number))
            }
            state = .body(number + 2)
        case .body: break
        }
        return nil
    }

    private mutating func begin(_ byte: UInt8, at place: Int) -> Outcome? {
        if byte == UInt8(ascii: "*") {
            startNumber(.count)
            return nil
        }
        guard byte == 10 || byte == 13 || byte == 9 || (32..<127).contains(byte) else {
            let guess = byte == 0x16 ? ", as TLS does" : ""
            return .broken("a command starts with \(Self.shown(byte))\(guess)")
        }
        isInline = true
        return takeInline(byte, inWord: false, at: place)
    }

    private mutating func takeInline(_ byte: UInt8, inWord: Bool, at place: Int) -> Outcome? {
        if byte == 10 { return argumentCount == 0 ? .empty : .complete }
        guard place < Self.longestInline else { return .broken("a line is longer than 64 KiB") }
        let isBlank = byte <= 32
        if !isBlank {
            if !inWord {
                argumentCount += 1
                if arguments.count < Self.argumentsKept { arguments.append(Argument(start: place, count: 0)) }
            }
            if argumentCount == arguments.count { arguments[argumentCount - 1].count += 1 }
        }
        state = .inline(inWord: !isBlank)
        return nil
    }

    private mutating func startNumber(_ state: State) {
        self.state = state
        number = 0
        digits = 0
        isNegative = false
    }

    private mutating func takeDigit(_ byte: UInt8) -> Outcome? {
        let isCount = if case .count = state { true } else { false }
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            digits += 1
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
            // More than any server takes.
            guard digits < 14 else { return .broken("a number has more than 13 digits") }
        case UInt8(ascii: "-") where digits == 0 && !isNegative: isNegative = true
        case 13 where digits > 0:
            if isCount {
                if isNegative { number = 0 }
                guard number <= Int(Int32.max) else { return .broken("a command has \(number) arguments") }
            }
            state = isCount ? .countEnd : .sizeEnd
        default: return .broken("a number has \(Self.shown(byte)) in it")
        }
        return nil
    }

    private static func shown(_ byte: UInt8) -> String {
        (33..<127).contains(byte) ? String(UnicodeScalar(byte)) : "the byte \(byte)"
    }
}
