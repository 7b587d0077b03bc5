internal import ArgumentParser
internal import FlashSale

/// The end of a subcommand: a message on standard error and the exit code.
enum CommandLineEnd {
    /// - Parameter body: prints the result, and says what to end with.
    static func with(_ body: () throws(RunError) -> ExitStatus) throws {
        var status: ExitStatus
        do throws(RunError) {
            status = try body()
        } catch {
            Terminal.note(error.message)
            status = error.status
        }
        if status != .upheld { throw ExitCode(status.rawValue) }
    }
}
