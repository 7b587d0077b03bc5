internal import Glibc

/// The keeper as the one sees it who starts programs, such as a worker.
package final class Keeper: Sendable {
    private let child: ChildHandle
    /// Its standard input: while this is open, it lets programs live.
    private let life: Int32

    /// - Parameter errors: where it reads what programs say; taken over.
    package init(_ executable: String, mark: String, errorsPath: String, errors: Int32) throws(ProgramFailure) {
        let ends = try PipeEnds()
        let arguments = ArgumentList(["stress", "keep-programs", mark, errorsPath])
        do throws(ProgramFailure) {
            // It holds the worker's standard output without writing there: where the worker is killed, the coordinator hears of the
            // end once the programs are gone, too.
            child = try ProgramLaunch.startPlainly(
                executable, arguments.pointers, input: ends.reading, output: errors, errors: STDOUT_FILENO)
        } catch {
            ends.close()
            throw error
        }
        Glibc.close(ends.reading)
        Glibc.close(errors)
        life = ends.writing
    }

    /// Lets it end everything that is left, and waits for that.
    package func close(withinMilliseconds milliseconds: Int) {
        Glibc.close(life)
        if child.ending(withinMilliseconds: milliseconds) == nil { child.kill() }
        child.reap()
    }
}
