import CTestSupport
import Foundation
import Glibc
import Host
import Testing

@testable import Fleet

/// Lines as they come out of a pipe, however they were cut on the way in.
struct LineReaderTests {
    private let ends: (read: Int32, write: Int32)

    init() {
        var ends: [Int32] = [-1, -1]
        _ = pipe2(&ends, O_CLOEXEC)
        self.ends = (ends[0], ends[1])
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(ends.write, bytes, bytes.count)
    }

    private func lines(_ event: LineReader.Event) -> [String]? {
        guard case .lines(let lines) = event else { return nil }
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }

    private func isEnd(_ event: LineReader.Event) -> Bool {
        if case .end = event { true } else { false }
    }

    @Test func joinsWhatWasSplit() {
        defer { close(ends.read) }
        var reader = LineReader(descriptor: ends.read)
        write("fir")
        #expect(lines(reader.read()) == [])
        write("st\nsecond\n\nthi")
        #expect(lines(reader.read()) == ["first", "second"])
        write("rd")
        #expect(lines(reader.read()) == [])
        write("\n")
        #expect(lines(reader.read()) == ["third"])
        write("é\u{0}\r\n")
        #expect(lines(reader.read()) == ["é\u{0}\r"])
        write("never ended")
        close(ends.write)
        #expect(lines(reader.read()) == [])
        #expect(isEnd(reader.read()))
        #expect(isEnd(reader.read()))
    }

    @Test func takesALineThatIsLargerThanAPipe() throws {
        defer { close(ends.read) }
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
        let descriptor = ends.write
        let writer = try JoinableThread {
            defer { close(descriptor) }
            return LineWriter.write(long, to: descriptor) && LineWriter.write(Array("end".utf8), to: descriptor)
        }
        var reader = LineReader(descriptor: ends.read)
        var received: [Int] = []
        reading: while true {
            switch reader.read() {
            case .lines(let lines): received += lines.map(\.count)
            case .end, .tooLong: break reading
            }
        }
        #expect(received == [1_000_000, 3])
        let wroteAll = writer.join()
        #expect(wroteAll)
    }

    @Test func saysThatNothingIsThereYet() {
        defer {
            close(ends.read)
            close(ends.write)
        }
        _ = fcntl(ends.read, F_SETFL, O_NONBLOCK)
        var reader = LineReader(descriptor: ends.read)
        #expect(lines(reader.read()) == [])
    }

    @Test func theWriterNoticesThatNobodyReads() {
        signal(SIGPIPE, SIG_IGN)
        close(ends.read)
        #expect(!LineWriter.write([1, 2, 3], to: ends.write))
        close(ends.write)
    }
}
