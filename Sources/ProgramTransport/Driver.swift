internal import FlashSale
internal import Glibc

/// One program that is asked, with its two pipes, and the questions that it has not answered yet.
final class Driver {
    /// Ids of answers that are remembered, to tell one that comes twice from one that nobody asked for.
    private static var remembered: Int { 64 }

    let child: ChildHandle
    let input: Int32
    let output: Int32
    var lines = LineBuffer()
    /// The clients that wait for it, by the id of their question.
    var underWay: [Int: Int] = [:]
    /// Questions that nobody waits for any more: their answers are thrown away.
    var abandoned: Set<Int> = []
    /// CLOCK_MONOTONIC of its last answer; 0 before the first.
    var lastAnswered: UInt64 = 0
    private(set) var answered = 0
    private var lastIDs = [Int](repeating: 0, count: Driver.remembered)
    /// What it has not taken yet.
    private var unsent: [UInt8] = []

    /// Starts one.
    init(_ words: DriverWords, _ launch: ProgramLaunch, clients: Int) throws(ProgramFailure) {
        let toChild = try PipeEnds()
        let fromChild: PipeEnds
        do throws(ProgramFailure) {
            fromChild = try PipeEnds()
        } catch {
            toChild.close()
            throw error
        }
        do throws(ProgramFailure) {
            child = try launch.start(
                words.path, words.arguments.pointers, input: toChild.reading, output: fromChild.writing)
        } catch {
            toChild.close()
            fromChild.close()
            throw error
        }
        close(toChild.reading)
        close(fromChild.writing)
        input = toChild.writing
        output = fromChild.reading
        PipeEnds.neverWait(input)
        PipeEnds.neverWait(output)
        underWay.reserveCapacity(clients)
    }

    deinit {
        close(input)
        close(output)
    }

    var hasUnsent: Bool { !unsent.isEmpty }

    /// Appends a question. It goes out with ``flush()``.
    func ask(_ question: UnsafeRawBufferPointer) { unsent.append(contentsOf: question) }

    /// Writes what it takes. False where it is gone.
    func flush() -> Bool {
        var sent = 0
        while sent < unsent.count {
            let count = unsent[sent...].withUnsafeBytes { write(input, $0.baseAddress!, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { break }
            guard count > 0 else { return false }
            sent += count
        }
        if sent == unsent.count { unsent.removeAll(keepingCapacity: true) } else { unsent.removeFirst(sent) }
        return true
    }

    func remember(_ id: Int) {
        lastIDs[answered % Self.remembered] = id
        answered += 1
    }

    func hasJustAnswered(_ id: Int) -> Bool { lastIDs.contains(id) }

    /// What it is called in messages.
    func description(_ words: DriverWords, worker: Int) -> String {
        "\(words.shown) (process \(child.process) of worker \(worker))"
    }
}

/// The program that is asked, and its arguments.
///
/// `@unchecked Sendable`: written once, in `init`, and only read afterwards.
package final class DriverWords: @unchecked Sendable {
    let path: String
    let arguments: ArgumentList
    /// As the file has them, for messages.
    let shown: String

    package init(path: String, words: [String]) {
        self.path = path
        arguments = ArgumentList(words)
        shown = ForeignText.shown(words.joined(separator: " "), limit: ForeignText.nameLimit)
    }
}
