internal import CLinux
internal import CProcesses
internal import FlashSale
internal import Glibc
internal import ProgramTransport

/// A program that was started, with what it has printed.
final class StartedProgram {
    private static var mostBytes: Int { 1 << 20 }

    let child: ChildHandle
    /// Its standard input; -1 where it has none.
    private var input: Int32
    private(set) var output: Int32
    /// Can be read once it has ended.
    private(set) var end: Int32
    private(set) var printed: [UInt8] = []
    /// How it ended; nil while it runs.
    private(set) var exitCode: Int?
    private var isReaped = false

    /// - Parameter asks: whether it gets lines on its standard input.
    init(_ launch: ProgramLaunch, _ path: String, _ words: [String], asks: Bool) throws(ProgramFailure) {
        let toChild = try PipeEnds()
        let fromChild: PipeEnds
        do throws(ProgramFailure) { fromChild = try PipeEnds() } catch {
            toChild.close()
            throw error
        }
        let arguments = ArgumentList(words)
        do throws(ProgramFailure) {
            child = try launch.start(path, arguments.pointers, input: toChild.reading, output: fromChild.writing)
        } catch {
            toChild.close()
            fromChild.close()
            throw error
        }
        close(toChild.reading)
        close(fromChild.writing)
        input = toChild.writing
        if !asks {
            close(input)
            input = -1
        } else {
            PipeEnds.neverWait(input)
        }
        output = fromChild.reading
        PipeEnds.neverWait(output)
        end = stress_process_descriptor(child.process)
    }

    deinit { stop() }

    var descriptors: [Int32] { [output, end].filter { $0 >= 0 } }

    /// Gives it a line, with its end. False where it takes none.
    func tell(_ bytes: [UInt8]) -> Bool {
        return input >= 0 && write(input, bytes, bytes.count) == bytes.count
    }

    /// Reads what it has printed, and notices its end.
    func look() {
        guard exitCode == nil else { return }
        // Before its output, so that nothing of that is missed.
        let ending = child.ending
        read()
        guard let ending else { return }
        exitCode = ending.exitCode
        closeOutput()
        if end >= 0 { close(end) }
        end = -1
    }

    private func read() {
        guard output >= 0 else { return }
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(output, &chunk, chunk.count)
            if count > 0 {
                if printed.count < Self.mostBytes { printed += chunk[..<count] }
            } else if count < 0, errno == EINTR {
                continue
            } else {
                // Whoever has closed it may run on.
                if count == 0 || errno != EAGAIN { closeOutput() }
                return
            }
        }
    }

    private func closeOutput() {
        if output >= 0 { close(output) }
        output = -1
    }

    /// The next whole line that it has printed; nil where there is none.
    func nextLine() -> String? {
        guard let end = printed.firstIndex(of: 10) else { return nil }
        defer { printed.removeSubrange(...end) }
        return String(decoding: printed[..<end], as: UTF8.self)
    }

    var text: String { String(decoding: printed, as: UTF8.self) }

    /// Ends it at once, with what it has started.
    func stop() {
        guard !isReaped else { return }
        isReaped = true
        child.kill()
        child.reap()
        closeOutput()
        if end >= 0 { close(end) }
        end = -1
        if input >= 0 { close(input) }
        input = -1
    }
}
