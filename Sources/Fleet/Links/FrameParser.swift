internal import FlashSale

/// What comes out of a link, byte by byte: a greeting, and frames after it. It does no I/O.
package struct FrameParser: Sendable {
    package enum Event: Sendable, Equatable {
        case greeting(LinkGreeting)
        /// JSON.
        case message([UInt8])
        case ping(sent: UInt64)
        case pong(sent: UInt64, received: UInt64, answered: UInt64)
        case piece(JournalPiece)
    }

    /// How much a remote shell may print before the greeting.
    package static var noiseLimitBytes: Int { 65536 }

    private var pending: [UInt8] = []
    private var hasGreeted = false
    private let mostNoise: Int
    /// What came before the greeting.
    package private(set) var noise: [UInt8] = []
    /// The same, with what may still be the begin of a greeting.
    package var heardBeforeGreeting: [UInt8] { hasGreeted || damage != nil ? noise : noise + pending }
    /// Why nothing can be read any more, in words that follow "it"; nil while all is well.
    package private(set) var damage: String?

    /// - Parameter mostNoise: how many bytes may come before the greeting.
    package init(mostNoise: Int) { self.mostNoise = mostNoise }

    /// Takes what has come. After a ``damage`` nothing is taken any more.
    ///
    /// - Returns: what is complete, in order.
    package mutating func take(_ bytes: some Collection<UInt8>) -> [Event] {
        guard damage == nil else { return [] }
        pending += bytes
        var events: [Event] = []
        var start = 0
        if !hasGreeted {
            guard let greeting = greeting(&start) else { return [] }
            events.append(.greeting(greeting))
        }
        while damage == nil, let event = frame(&start) { events.append(event) }
        if start > 0 { pending.removeSubrange(..<start) }
        return events
    }

    private mutating func greeting(_ start: inout Int) -> LinkGreeting? {
        let marker = LinkGreeting.marker
        guard let place = pending.firstRange(of: marker)?.lowerBound else {
            // The marker's own begin is no noise yet.
            let certain = max(0, pending.count - marker.count + 1)
            noise += pending[..<certain]
            pending.removeSubrange(..<certain)
            let isNone = !marker.starts(with: pending)
            if noise.count > mostNoise || mostNoise == 0 && isNone {
                noise += pending
                damage = "wrote something that is no message: \(ForeignText.shown(noise, limit: 80))"
            }
            return nil
        }
        guard noise.count + place <= mostNoise else {
            noise += pending[..<place]
            damage = "wrote something that is no message: \(ForeignText.shown(noise, limit: 80))"
            return nil
        }
        let rest = pending[(place + marker.count)...]
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
            if rest.count > LinkGreeting.limitBytes { damage = "greets with a line that never ends" }
            return nil
        }
        guard end - rest.startIndex <= LinkGreeting.limitBytes, let greeting = LinkGreeting(rest[..<end]) else {
            damage = "greets with words that are none: \(ForeignText.shown(rest[..<end], limit: 80))"
            return nil
        }
        noise += pending[..<place]
        hasGreeted = true
        start = end + 1
        return greeting
    }

    private mutating func frame(_ start: inout Int) -> Event? {
        let left = pending.count - start
        guard left > 0 else { return nil }
        guard let kind = Frame.Kind(rawValue: pending[start]) else {
            damage = "wrote something that is no message: \(ForeignText.shown(pending[start...], limit: 80))"
            return nil
        }
        guard left >= Frame.headSize else { return nil }
        let count = Int(number(at: start + 1, of: UInt32.self))
        guard Frame.limit(kind).contains(count) else {
            damage = "announced \(count.counted("byte")) where \(Frame.limit(kind).upperBound) is the most"
            return nil
        }
        guard left >= Frame.headSize + count else { return nil }
        let payload = start + Frame.headSize
        start = payload + count
        switch kind {
        case .message: return .message(Array(pending[payload..<start]))
        case .ping: return .ping(sent: number(at: payload))
        case .pong:
            return .pong(
                sent: number(at: payload), received: number(at: payload + 8), answered: number(at: payload + 16))
        case .piece: return piece(payload..<start)
        }
    }

    private mutating func piece(_ payload: Range<Int>) -> Event? {
        let offset: UInt64 = number(at: payload.lowerBound + 1)
        let bytes = pending[(payload.lowerBound + Frame.pieceHeadSize)..<payload.upperBound]
        guard let file = JournalPiece.File(rawValue: pending[payload.lowerBound]),
            offset <= UInt64(Int.max / 2),
            Int(offset) % JournalRecord.segmentSize + bytes.count <= JournalRecord.segmentSize
        else {
            damage = "sent a piece of no file: byte \(offset) of file \(pending[payload.lowerBound])"
            return nil
        }
        return .piece(JournalPiece(file: file, offset: Int(offset), bytes: Array(bytes)))
    }

    private func number<Number: FixedWidthInteger>(at place: Int, of type: Number.Type = Number.self) -> Number {
        pending.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self)) }
    }
}
