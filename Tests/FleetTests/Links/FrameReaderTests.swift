import CLinux
import FlashSale
import Glibc
import Host
import Testing

@testable import Fleet

/// Frames as they come out of a link, however they were cut on the way in.
struct FrameReaderTests {
    private static let piece = JournalPiece(file: .names, offset: 65536 * 3 + 128, bytes: [1, 2, 3, 0, 255])
    private static let greeting = LinkGreeting.own.bytes
    private static let frames =
        Frame.message(Array("{}".utf8)) + Frame.ping(sent: 7) + Frame.pong(sent: 1, received: 2, answered: .max)
        + Frame.piece(piece)
    private static let events: [FrameParser.Event] = [
        .greeting(.own), .message(Array("{}\n".utf8)), .ping(sent: 7), .pong(sent: 1, received: 2, answered: .max),
        .piece(piece),
    ]

    private func parse(_ bytes: [UInt8], every count: Int, mostNoise: Int = 0) -> (FrameParser, [FrameParser.Event]) {
        var parser = FrameParser(mostNoise: mostNoise)
        var events: [FrameParser.Event] = []
        for start in stride(from: 0, to: bytes.count, by: count) {
            events += parser.take(bytes[start..<min(bytes.count, start + count)])
        }
        return (parser, events)
    }

    @Test(arguments: [1, 2, 3, 7, 64, 100_000]) func joinsWhatWasSplit(_ count: Int) {
        let (parser, events) = parse(Self.greeting + Self.frames, every: count)
        #expect(events == Self.events && parser.damage == nil && parser.noise.isEmpty)
    }

    /// What a remote shell prints first, also where it looks like the begin of a greeting.
    @Test(
        arguments: ["Welcome!\r\n\u{1B}[1mLast login: today\u{1B}[0m\n", "\u{1}stress-lin", "\u{1}\u{1}", "{}\n"],
        [1, 5, 1000])
    func passesOverNoise(_ noise: String, _ count: Int) {
        let (parser, events) = parse(Array(noise.utf8) + Self.greeting + Self.frames, every: count, mostNoise: 100)
        #expect(events == Self.events && parser.damage == nil)
        #expect(parser.noise == Array(noise.utf8))
    }

    @Test(arguments: [1, 50, 1000]) func takesNoMoreNoiseThanItMay(_ count: Int) {
        let noise = [UInt8](repeating: UInt8(ascii: "x"), count: 101)
        let (parser, events) = parse(noise + Self.greeting, every: count, mostNoise: 100)
        #expect(events.isEmpty && parser.damage?.contains("xxx") == true)
        #expect(parse(Array(noise.dropFirst()) + Self.greeting, every: count, mostNoise: 100).1 == [.greeting(.own)])
    }

    /// A link of this machine brings nothing that is none of ours.
    @Test func takesNoNoiseWhereThereIsNone() {
        let (parser, events) = parse(Array("hello".utf8), every: 1)
        #expect(events.isEmpty && parser.damage?.contains("h") == true)
    }

    private static let damaged: [[UInt8]] = [
        [0], Array("hello".utf8), [0x4D, 0, 0, 0, 0], [0x4D, 255, 255, 255, 255], [0x50, 7, 0, 0, 0],
        [0x41, 25, 0, 0, 0],
        // A piece without bytes, of no file, beyond its segment, and at no place.
        [0x4A, 9, 0, 0, 0] + [UInt8](repeating: 0, count: 9), [0x4A, 10, 0, 0, 0, 9] + [UInt8](repeating: 0, count: 9),
        [0x4A, 11, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 1, 2],
        [0x4A, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 1],
    ]

    @Test(arguments: damaged) func endsAtWhatIsNoFrame(_ bytes: [UInt8]) {
        let (parser, events) = parse(Self.greeting + Self.frames + bytes + Self.frames, every: 9)
        #expect(events == Self.events && parser.damage != nil)
    }

    @Test(arguments: ["", "1.0", "1.0 ab cd", " ab", "1.0 ", "1.0 a\u{7F}"]) func greetsInTwoWords(_ line: String) {
        let bytes = LinkGreeting.marker + Array("\(line)\n".utf8)
        #expect(parse(bytes, every: 1).0.damage != nil)
    }

    @Test func aGreetingEnds() {
        let bytes = LinkGreeting.marker + [UInt8](repeating: UInt8(ascii: "x"), count: 300)
        #expect(parse(bytes, every: 10).0.damage?.contains("never ends") == true)
    }

    /// Two builds with other messages must not talk, and the same build always does.
    @Test func theFormatIsOfTheMessages() {
        #expect(LinkGreeting.own.format.count == 16 && LinkGreeting.own.fits)
        #expect(!LinkGreeting(version: LinkGreeting.own.version, format: "0").fits)
    }

    // MARK: A pipe

    private func pipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        #expect(stress_pipe(&ends, 0) == 0)
        return (ends[0], ends[1])
    }

    @Test func takesAMessageThatIsLargerThanAPipe() throws {
        let ends = pipe()
        defer { close(ends.read) }
        let output = LinkOutput(ends.write)
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
        output.send(Self.greeting + Frame.message(text) + Frame.message([UInt8(ascii: "y")]))
        #expect(output.blocked == ends.write)
        // What waits is no place for a ping.
        output.ping()
        #expect(output.lastPing == 0)
        var reader = FrameReader(descriptor: ends.read)
        var sizes: [Int] = []
        while sizes.count < 2, case .events(let events) = reader.read() {
            for case .message(let json) in events { sizes.append(json.count) }
            output.flush()
        }
        #expect(sizes == [1_000_001, 2] && output.blocked == -1)
        output.ping()
        #expect(output.lastPing > 0)
        output.end()
        close(ends.write)
        guard case .events(let events) = reader.read() else {
            Issue.record("the ping did not come")
            return
        }
        #expect(events == [.ping(sent: output.lastPing)])
        if case .events = reader.read() { Issue.record("the end did not come") }
    }

    @Test func saysThatNothingIsThereYet() {
        let ends = pipe()
        defer {
            close(ends.read)
            close(ends.write)
        }
        _ = fcntl(ends.read, F_SETFL, O_NONBLOCK)
        var reader = FrameReader(descriptor: ends.read)
        guard case .events(let events) = reader.read() else {
            Issue.record("an end came")
            return
        }
        #expect(events.isEmpty)
    }

    @Test func theSenderNoticesThatNobodyReads() {
        signal(SIGPIPE, SIG_IGN)
        let ends = pipe()
        close(ends.read)
        let output = LinkOutput(ends.write)
        output.send([1, 2, 3])
        output.ping()
        #expect(output.blocked == -1 && output.lastPing == 0)
        close(ends.write)
    }
}
